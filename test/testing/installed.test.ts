/**
 * The examples and the page about them as a user runs them, against the package that was packed and installed; and what a
 * test that fails shows. Each runner is started as seldom as will do: that is what takes the time here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ended } from '../cli/support/command.js'
import { Program } from '../cli/support/program.js'
import { freshAddress, message, port } from '../cli/support/workspace.js'
import { type Installed, installPackage, makeProject } from './installed.js'
import { chainsInJest, concurrent, failing, failingInNode, hooksOfJest, unawaited } from './suites.js'

const examples = new URL('../../examples/', import.meta.url)
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const page = readFileSync(new URL('../../docs/how-to/vitest-jest-node.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code = '']) => code)
const [ofVitest = '', ofJest = '', ofNode = ''] = blocks.filter(code => code.startsWith('import '))

let installed: Installed
beforeAll(async () => {
  installed = await installPackage()
  for (const name of ['vitest', 'jest', 'node-test']) {
    await makeProject(installed, name, name)
    await cp(new URL(name, examples), join(installed.folder, name), { recursive: true })
  }
  await write('vitest/page.test.ts', ofVitest)
  await write('jest/page.test.js', ofJest)
  await write('node-test/page.test.mjs', ofNode)
}, 60_000)
afterAll(() => installed.remove())

function write(file: string, text: string): Promise<void> {
  return writeFile(join(installed.folder, file), text)
}

function run(
  folder: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Program(program, args, { cwd: join(installed.folder, folder), env: { NO_COLOR: '1', ...env } }).ended()
}

function vitest(project: string): Promise<Ended> {
  return run(project, moduleOf(project, 'vitest/vitest.mjs'), ['run', '--reporter=default'])
}

function jest(project: string): Promise<Ended> {
  const env = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' }
  return run(project, moduleOf(project, 'jest/bin/jest.js'), [], env)
}

function tsc(project: string): Promise<Ended> {
  return run(project, moduleOf(project, 'typescript/bin/tsc'), ['--pretty', 'false'])
}

function moduleOf(project: string, name: string): string {
  return join(installed.folder, project, 'node_modules', name)
}

it('has the pages and examples that its README names, and nothing that was installed for them', () => {
  const linked = [...readme.matchAll(/\]\(((?:docs|examples)\b[^)#]*)/g)].map(([, path = '']) => path)
  const { folder } = installed
  expect(linked.length).toBeGreaterThan(10)
  expect(linked.filter(path => !existsSync(join(folder, 'node_modules/mta-chain', path)))).toEqual([])
  expect(existsSync(join(folder, 'node_modules/mta-chain/examples/vitest/node_modules'))).toBe(false)
})

it('the examples and the code of the page pass, side by side and on the same addresses', async () => {
  const nodeTest = run('node-test', '--test', ['--test-reporter=tap'])
  const [byVitest, byJest, byNode] = await Promise.all([vitest('vitest'), jest('jest'), nodeTest])
  expect(byVitest).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/Tests +7 passed \(7\)/) })
  // jest tells its results there
  expect(byJest).toEqual({ status: 0, stdout: '', stderr: expect.stringMatching(/Tests: +3 passed, 3 total/) })
  expect(byNode).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/^# pass 4$/m) })
})

describe('types', () => {
  it('of the examples and of the page hold', async () => {
    const ended = await Promise.all(['vitest', 'jest', 'node-test'].map(tsc))
    const holds = { status: 0, stdout: '', stderr: '' }
    expect(ended).toEqual([holds, holds, holds])
  })

  it('tell arguments that can not be', async () => {
    const lines = [
      "await expect('a.eml').toHaveTravelled('a')",
      "await expect('a.eml').toHaveFinding('no-such-code')",
      "await expect('a.eml').toHaveVerdict('maybe')",
      "await expect('a.eml').not.toHaveHop({ by: 'a', colour: 'red' })",
      "await expect('a.eml').toMatchPath('a > b')",
      "await expect(Promise.resolve('a.eml')).resolves.toHaveHop({ by: /a/, id: expect.any(String) })",
    ].join('\n')
    for (const [runner, from] of Object.entries({ jest: '@jest/globals', vitest: 'vitest' })) {
      const project = `wrong-${runner}`
      await makeProject(installed, runner, project)
      await write(`${project}/wrong.ts`, `import { expect } from '${from}'\nimport 'mta-chain/${runner}'\n${lines}`)
      await cp(new URL('vitest/tsconfig.json', examples), join(installed.folder, project, 'tsconfig.json'))
      const { stdout } = await tsc(project)
      const wrong = [...stdout.matchAll(/^wrong\.ts\((\d+)/gm)].map(([, line]) => Number(line))
      expect({ runner, wrong }).toEqual({ runner, wrong: [3, 4, 5, 6] })
    }
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
  await write('alone.mjs', script.join('\n'))
  expect(await run('.', 'alone.mjs', [])).toEqual({ status: 0, stdout: 'loaded\n', stderr: '' })
})

describe('a test that fails', () => {
  it('in vitest shows the way, the journal and the messages; one whose matcher was not awaited fails too', async () => {
    await makeProject(installed, 'vitest', 'failing')
    for (const scope of ['test', 'file']) await write(`failing/${scope}.test.ts`, failing(scope))
    await write(
      'failing/unawaited.test.ts',
      unawaited("import { expect, test } from 'vitest'; import 'mta-chain/vitest'"),
    )
    await write('failing/concurrent.test.ts', concurrent)
    await write('failing/page.test.ts', ofVitest.replace(/\['submission'.*\]/, "['submission', 'mailbox']"))
    const { status, stdout, stderr } = await vitest('failing')
    expect(status).toBe(1)
    expect(stdout).toMatch(/Tests +5 failed \| 5 passed \(10\)/)
    expect(stderr).toContain('unawaited.test.ts > fails')
    expect(stderr).toContain('✗ 2  only      —')
    // the line of the test, awaited or not
    for (const file of ['test', 'file', 'unawaited', 'page'])
      expect(stderr).toMatch(new RegExp(`❯ ${file}\\.test\\.ts:\\d+:\\d+`))
    expect(stderr).toContain('concurrent.test.ts > at the same time > fails')
    expect(stderr).toContain('Unhandled Rejection')
    expect(stderr).toContain('to match of.no.test')
    expect(stderr).toContain(
      blocks.find(code => code.startsWith('expected the mail'))?.trimEnd() ?? 'what the page shows',
    )
    for (const scope of ['test', 'file']) {
      const told = stderr.split(/^stderr \| /m).find(text => text.startsWith(`${scope}.test.ts > fails\n`)) ?? ''
      expect(told).toMatch(/\nWhat happened in the chain:\n {2}[\d:.]{12} first received \w+ from 127\.0\.0\.1 for b@/)
      expect(told).toMatch(/\nDelivered to b@example\.test as \w+:\n {2}Received: from first\.chain\.test/)
      expect(told).toContain('  Subject: failing')
    }
    // what the test before did is not shown
    expect(stderr).not.toContain('Subject: passing')
  })

  it('in node:test shows the journal and the messages at its place, and ends with its chain open', async () => {
    await makeProject(installed, 'node-test', 'failing-node')
    await write('failing-node/mail.test.mjs', failingInNode)
    const reporters = { spec: 'ℹ ', tap: '# ' }
    const runs = Object.entries(reporters).map(async ([reporter, mark]) => {
      const { status, stdout } = await run('failing-node', '--test', [`--test-reporter=${reporter}`])
      const told = stdout.split('\n').filter(line => line.startsWith(mark))
      expect({ reporter, status }).toEqual({ reporter, status: 1 })
      expect(told).toContain(`${mark}What happened in the chain:`)
      const shown = told.map(line => line.slice(2)).join('\n')
      expect(shown).toMatch(/\n {2}[\d:.]{12} first received \w+ from 127\.0\.0\.1 for b@/)
      expect(shown).toMatch(/\nDelivered to b@example\.test as \w+:\n {2}Received: from /)
      expect(shown.match(/What happened in the chain/g)).toHaveLength(1)
    })
    await Promise.all(runs)
  })

  it('in jest ends with its chain open, and is one whose matcher was not awaited, too', async () => {
    await makeProject(installed, 'jest', 'failing-jest')
    await write('failing-jest/chains.test.js', chainsInJest)
    const suite = unawaited("import { expect, test } from '@jest/globals'; import 'mta-chain/jest'")
    await write('failing-jest/mail.test.js', suite)
    const { status, stderr } = await jest('failing-jest')
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/✗ 2 {2}only {6}—[^]*Tests: +2 failed, 7 passed, 9 total/),
    })
  })

  it('in jest is the file whose hooks did not await a matcher', async () => {
    await makeProject(installed, 'jest', 'hooks-jest')
    await write('hooks-jest/mail.test.js', hooksOfJest)
    const { status, stderr } = await jest('hooks-jest')
    expect(status).toBe(1)
    expect(stderr).toContain('to match of.describe')
    expect(stderr).toContain('to match of.the.file')
  })
})

describe('examples/github-actions', () => {
  const workflow = readFileSync(new URL('github-actions/mail.yml', examples), 'utf8')
  const commands = [...workflow.matchAll(/run: npx mta-chain (.+)$/gm)].map(([, words = '']) => words.split(' '))

  it('has commands that pass', async () => {
    const mtas = [1, 2].map(at => ({ name: `mta-${at}`, address: freshAddress() }))
    await mkdir(join(installed.folder, 'github/mails'), { recursive: true })
    await write('github/chain.json', JSON.stringify({ port, mtas }))
    await write('github/mails/hello.eml', message())
    expect(commands.map(([name]) => name)).toEqual(['doctor', 'run', 'check'])
    const program = join(installed.folder, 'node_modules/mta-chain/bin/mta-chain.js')
    for (const words of commands) {
      // as the shell does
      const args = words.map(word => (word === 'mails/*.eml' ? 'mails/hello.eml' : word))
      expect(await run('github', program, args)).toMatchObject({ status: 0, stderr: '' })
    }
  })
})
