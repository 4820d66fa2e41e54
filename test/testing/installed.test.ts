/**
 * The examples and the page about them as a user runs them, against the package that was packed and installed. Each runner
 * is started as seldom as will do: that is what takes the time here. What a failed test shows: test/interop/test-runners.
 */
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { message, port } from '../cli/support/workspace.js'
import { freshAddress } from '../support/fresh-address.js'
import { type Installed, installPackage, makeProject } from './installed.js'
import { Runners } from './runners.js'

const examples = new URL('../../examples/', import.meta.url)
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const page = readFileSync(new URL('../../docs/how-to/vitest-jest-node.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code = '']) => code)
const [ofVitest = '', ofJest = '', ofNode = ''] = blocks.filter(code => code.startsWith('import '))

let installed: Installed
let runners: Runners
beforeAll(async () => {
  installed = await installPackage()
  runners = new Runners(installed.folder)
  for (const name of ['vitest', 'jest', 'node-test']) {
    await makeProject(installed, name, name)
    await cp(new URL(name, examples), join(installed.folder, name), { recursive: true })
  }
  await runners.write('vitest/page.test.ts', ofVitest)
  await runners.write('jest/page.test.js', ofJest)
  await runners.write('node-test/page.test.mjs', ofNode)
}, 60_000)
afterAll(() => installed.remove())

it('has the pages and examples that its README names, and nothing that was installed for them', () => {
  const linked = [...readme.matchAll(/\]\(((?:docs|examples)\b[^)#]*)/g)].map(([, path = '']) => path)
  const { folder } = installed
  expect(linked.length).toBeGreaterThan(10)
  expect(linked.filter(path => !existsSync(join(folder, 'node_modules/mta-chain', path)))).toEqual([])
  expect(existsSync(join(folder, 'node_modules/mta-chain/examples/vitest/node_modules'))).toBe(false)
})

it('the examples and the code of the page pass, side by side and on the same addresses', async () => {
  const nodeTest = runners.run('node-test', '--test', ['--test-reporter=tap'])
  const [byVitest, byJest, byNode] = await Promise.all([runners.vitest('vitest'), runners.jest('jest'), nodeTest])
  expect(byVitest).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/Tests +7 passed \(7\)/) })
  // jest tells its results there
  expect(byJest).toEqual({ status: 0, stdout: '', stderr: expect.stringMatching(/Tests: +3 passed, 3 total/) })
  expect(byNode).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/^# pass 4$/m) })
})

describe('types', () => {
  it('of the examples and of the page hold', async () => {
    const ended = await Promise.all(['vitest', 'jest', 'node-test'].map(project => runners.tsc(project)))
    const holds = { status: 0, stdout: '', stderr: '' }
    expect(ended).toEqual([holds, holds, holds])
  })
})

it('loads neither vitest nor jest with the library', async () => {
  const script = [
    "import { register } from 'node:module'",
    "register('data:text/javascript,' + encodeURIComponent(`",
    '  export function resolve(specifier, context, next) {',
    '    if (/vitest|jest/.test(specifier)) throw new Error("asked for " + specifier)',
    '    return next(specifier, context)',
    '  }`))',
    "await import('mta-chain')",
    "await import('mta-chain/node-test')",
    "console.log('loaded')",
  ]
  await runners.write('alone.mjs', script.join('\n'))
  expect(await runners.run('.', 'alone.mjs', [])).toEqual({ status: 0, stdout: 'loaded\n', stderr: '' })
})

describe('examples/github-actions', () => {
  const workflow = readFileSync(new URL('github-actions/mail.yml', examples), 'utf8')
  const commands = [...workflow.matchAll(/run: npx mta-chain (.+)$/gm)].map(([, words = '']) => words.split(' '))

  it('has commands that pass', async () => {
    const mtas = [1, 2].map(at => ({ name: `mta-${at}`, address: freshAddress() }))
    await mkdir(join(installed.folder, 'github/mails'), { recursive: true })
    await runners.write('github/chain.json', JSON.stringify({ port, mtas }))
    await runners.write('github/mails/hello.eml', message())
    expect(commands.map(([name]) => name)).toEqual(['doctor', 'run', 'check'])
    const program = join(installed.folder, 'node_modules/mta-chain/bin/mta-chain.js')
    for (const words of commands) {
      // as the shell does
      const args = words.map(word => (word === 'mails/*.eml' ? 'mails/hello.eml' : word))
      expect(await runners.run('github', program, args)).toMatchObject({ status: 0, stderr: '' })
    }
  })
})
