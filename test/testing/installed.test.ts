/**
 * The examples and the page about them as a user runs them, against the package that was packed and installed; and what a
 * test that fails shows. Each runner is started as seldom as will do: that is what takes the time here.
 */
import { readFileSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ended } from '../cli/support/command.js'
import { Program } from '../cli/support/program.js'
import { freshAddress, message, port } from '../cli/support/workspace.js'
import { type Installed, installPackage, programOf } from './installed.js'
import { concurrent, failing, hooksOfJest, unawaited } from './suites.js'

const examples = new URL('../../examples/', import.meta.url)
const page = readFileSync(new URL('../../docs/how-to/vitest-jest-node.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code = '']) => code)
const [ofVitest = '', ofJest = '', ofNode = ''] = blocks.filter(code => code.startsWith('import '))

let installed: Installed
beforeAll(async () => {
  installed = await installPackage()
  for (const name of ['vitest', 'jest', 'node-test']) await copyExample(name, name)
  await write('vitest/page.test.ts', ofVitest)
  await write('jest/page.test.js', ofJest)
  await write('node-test/page.test.mjs', ofNode)
}, 60_000)
afterAll(() => installed.remove())

function copyExample(name: string, to: string): Promise<void> {
  return cp(new URL(name, examples), join(installed.folder, to), { recursive: true })
}

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

function vitest(folder: string): Promise<Ended> {
  return run(folder, programOf('vitest/vitest.mjs'), ['run', '--reporter=default'])
}

function jest(folder: string): Promise<Ended> {
  const env = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' }
  return run(folder, programOf('jest/bin/jest.js'), [], env)
}

function tsc(folder: string, ...args: readonly string[]): Promise<Ended> {
  return run(folder, programOf('typescript/bin/tsc'), args)
}

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
    expect(await tsc('.', '--build', 'vitest', 'jest', 'node-test')).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('tell arguments that can not be', async () => {
    await mkdir(join(installed.folder, 'wrong'))
    await cp(new URL('vitest/tsconfig.json', examples), join(installed.folder, 'wrong/tsconfig.json'))
    const lines = [
      "await expect('a.eml').toHaveTravelled('a')",
      "await expect('a.eml').toHaveFinding('no-such-code')",
      "await expect('a.eml').toHaveVerdict('maybe')",
      "await expect('a.eml').not.toHaveHop({ by: 'a', colour: 'red' })",
      "await expect('a.eml').toMatchPath('a > b')",
      "await expect(Promise.resolve('a.eml')).resolves.toHaveHop({ by: /a/, id: expect.any(String) })",
    ].join('\n')
    for (const [runner, from] of Object.entries({ jest: '@jest/globals', vitest: 'vitest' })) {
      await write(`wrong/${runner}.ts`, `import { expect } from '${from}'\nimport 'mta-chain/${runner}'\n${lines}`)
    }
    const { stdout } = await tsc('wrong', '--pretty', 'false')
    const wrong = [...stdout.matchAll(/^(\w+)\.ts\((\d+)/gm)].map(([, file, line]) => `${file} ${line}`)
    const four = [3, 4, 5, 6]
    expect(wrong.toSorted()).toEqual([...four.map(line => `jest ${line}`), ...four.map(line => `vitest ${line}`)])
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
    await mkdir(join(installed.folder, 'failing'))
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

  it('in jest is one whose matcher was not awaited, too', async () => {
    await copyExample('jest', 'failing-jest')
    const suite = unawaited("import { expect, test } from '@jest/globals'; import 'mta-chain/jest'")
    await write('failing-jest/mail.test.js', suite)
    const { status, stderr } = await jest('failing-jest')
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/✗ 2 {2}only {6}—[^]*Tests: +1 failed, 1 passed, 2 total/),
    })
  })

  it('in jest is the file whose hooks did not await a matcher', async () => {
    await copyExample('jest', 'hooks-jest')
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
