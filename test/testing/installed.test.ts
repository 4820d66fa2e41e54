/**
 * The examples as a user runs them, against the package that was packed and installed; and what a test that fails shows.
 */
import { readFileSync } from 'node:fs'
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ended } from '../cli/support/command.js'
import { Program } from '../cli/support/program.js'
import { freshAddress, message, port } from '../cli/support/workspace.js'
import { type Installed, installPackage, programOf } from './installed.js'

const vitest = programOf('vitest/vitest.mjs')
const examples = new URL('../../examples/', import.meta.url)

let installed: Installed
beforeAll(async () => {
  installed = await installPackage()
  for (const name of ['vitest', 'jest', 'node-test']) {
    await cp(new URL(name, examples), join(installed.folder, name), { recursive: true })
  }
}, 60_000)
afterAll(() => installed.remove())

/** In a folder of the installed ones. */
function runIn(
  name: string,
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  return new Program(program, args, { cwd: join(installed.folder, name), env: { NO_COLOR: '1', ...env } }).ended()
}

/** The three runners at once, below a folder. */
function runAll(below: string): Promise<Ended>[] {
  const modules = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' }
  return [
    runIn(`${below}vitest`, vitest, ['run', '--reporter=default']),
    runIn(`${below}jest`, programOf('jest/bin/jest.js'), [], modules),
    runIn(`${below}node-test`, '--test', ['--test-reporter=tap']),
  ]
}

it('the examples pass, side by side and on the same addresses', async () => {
  const [ofVitest, ofJest, ofNode] = await Promise.all(runAll(''))
  expect(ofVitest).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/Tests +5 passed \(5\)/) })
  // jest tells its results there
  expect(ofJest).toEqual({ status: 0, stdout: '', stderr: expect.stringMatching(/Tests: +2 passed, 2 total/) })
  expect(ofNode).toEqual({ status: 0, stderr: '', stdout: expect.stringMatching(/^# pass 3$/m) })
})

it('the types of the examples hold', async () => {
  const ended = await runIn('.', programOf('typescript/bin/tsc'), ['--build', 'vitest', 'jest', 'node-test'])
  expect(ended).toEqual({ status: 0, stdout: '', stderr: '' })
})

it('arguments that can not be are no TypeScript', async () => {
  const folder = join(installed.folder, 'wrong')
  await mkdir(folder)
  await cp(new URL('vitest/tsconfig.json', examples), join(folder, 'tsconfig.json'))
  const lines = [
    "await expect('a.eml').toHaveTravelled('a')",
    "await expect('a.eml').toHaveFinding('no-such-code')",
    "await expect('a.eml').toHaveVerdict('maybe')",
    "await expect('a.eml').not.toHaveHop({ by: 'a', colour: 'red' })",
    "await expect('a.eml').toMatchPath('a > b')",
    "await expect(Promise.resolve('a.eml')).resolves.toHaveHop({ by: /a/, id: expect.any(String) })",
  ].join('\n')
  for (const [runner, from] of Object.entries({ jest: '@jest/globals', vitest: 'vitest' })) {
    const head = `import { expect } from '${from}'\nimport 'mta-chain/${runner}'\n`
    await writeFile(join(folder, `${runner}.ts`), head + lines)
  }
  const { stdout } = await runIn('wrong', programOf('typescript/bin/tsc'), ['--pretty', 'false'])
  const wrong = [...stdout.matchAll(/^(\w+)\.ts\((\d+)/gm)].map(([, file, line]) => `${file} ${line}`)
  const four = [3, 4, 5, 6]
  expect(wrong.toSorted()).toEqual([...four.map(line => `jest ${line}`), ...four.map(line => `vitest ${line}`)])
})

it('loads neither vitest nor jest with the library', async () => {
  await mkdir(join(installed.folder, 'alone'))
  const script = join(installed.folder, 'alone/alone.mjs')
  await writeFile(
    script,
    [
      "import { register } from 'node:module'",
      "register('data:text/javascript,' + encodeURIComponent(`",
      '  export function resolve(specifier, context, next) {',
      '    if (/vitest|jest/.test(specifier)) throw new Error("asked for " + specifier)',
      '    return next(specifier, context)',
      '  }`))',
      "await import('mta-chain')",
      "await import('mta-chain/node-test')",
      "console.log('loaded')",
    ].join('\n'),
  )
  const { status, stdout, stderr } = await runIn('alone', script, [])
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'loaded\n', stderr: '' })
})

describe('a test that fails', () => {
  it.each(['test', 'file'])('shows the journal and the messages of its chain, scope %s', async scope => {
    const folder = `failing-${scope}`
    await mkdir(join(installed.folder, folder))
    await writeFile(
      join(installed.folder, folder, 'failing.test.ts'),
      `import { expect } from 'vitest'
       import { chainTest } from 'mta-chain/vitest'
       const mtas = [{ name: 'first', address: '127.0.0.11' }, { name: 'last', address: '127.0.0.12' }]
       const test = chainTest({ mtas }, { scope: '${scope}' })
       const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }
       test('passes', async ({ chain }) => {
         const sent = await chain.send({ ...mail, subject: 'passing' })
         await expect(sent).toHaveTravelled(['first', 'last'])
       })
       test('fails', async ({ chain }) => {
         const sent = await chain.send({ ...mail, subject: 'failing' })
         await expect(sent).toHaveTravelled(['last', 'first'])
       })`,
    )
    const { status, stdout, stderr } = await runIn(folder, vitest, ['run', '--reporter=default'])
    expect(status).toBe(1)
    expect(stdout + stderr).toContain('✗ 1  last      first  first.chain.test [127.0.0.11] ESMTP')
    expect(stderr).toContain('failing.test.ts > fails')
    expect(stderr).toMatch(
      /What happened in the chain:\n {2}\d\d:\d\d:\d\d\.\d{3} first received \w+ from 127\.0\.0\.1 for b@example\.test\n/,
    )
    expect(stderr).toMatch(/Delivered to b@example\.test as \w+:\n {2}Received: from first\.chain\.test/)
    // what the test before did is not shown
    expect(stderr.match(/Delivered to/g)).toHaveLength(1)
    expect(stderr).toContain('Subject: failing')
    expect(stderr).not.toContain('passing')
  })
})

describe('examples/github-actions', () => {
  const workflow = readFileSync(new URL('github-actions/mail.yml', examples), 'utf8')
  const main = readFileSync(new URL('../../src/cli/options.ts', import.meta.url), 'utf8')
  const commands = [...workflow.matchAll(/run: npx mta-chain (.+)$/gm)].map(([, words = '']) => words.split(' '))

  // until the option of the workflow is there
  it.runIf(main.includes("'--format <format>', 'github"))('runs commands that pass', async () => {
    const mtas = [1, 2].map(at => ({ name: `mta-${at}`, address: freshAddress() }))
    const folder = join(installed.folder, 'github')
    await mkdir(join(folder, 'mails'), { recursive: true })
    await writeFile(join(folder, 'chain.json'), JSON.stringify({ port, mtas }))
    await writeFile(join(folder, 'mails/hello.eml'), message())
    expect(commands.map(([name]) => name)).toEqual(['doctor', 'run', 'check'])
    const program = join(installed.folder, 'node_modules/mta-chain/bin/mta-chain.js')
    for (const words of commands) {
      // as the shell does
      const args = words.map(word => (word === 'mails/*.eml' ? 'mails/hello.eml' : word))
      expect(await runIn('github', program, args)).toMatchObject({ status: 0, stderr: '' })
    }
  })
})

describe('docs/how-to/vitest-jest-node.md', () => {
  const page = readFileSync(new URL('../../docs/how-to/vitest-jest-node.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }))

  it('has tests that pass', async () => {
    const [ofVitest = '', ofJest = '', ofNode = ''] = blocks
      .filter(({ code }) => /^import /.test(code))
      .map(({ code }) => code)
    for (const [name, code] of Object.entries({ vitest: ofVitest, jest: ofJest, 'node-test': ofNode })) {
      await cp(new URL(name, examples), join(installed.folder, 'page', name), { recursive: true })
      const [file = ''] = (await readdir(join(installed.folder, 'page', name))).filter(each => each.startsWith('mail.'))
      await writeFile(join(installed.folder, 'page', name, file), code)
    }
    const ended = await Promise.all(runAll('page/'))
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0])
    const counts = [/Tests +2 passed/, /Tests: +1 passed/, /^# pass 1$/m]
    for (const [at, { stdout, stderr }] of ended.entries()) expect(stdout + stderr).toMatch(counts[at] ?? /never/)
  })

  it('shows what a path that is not the expected one looks like', async () => {
    const shown = blocks.find(({ code }) => code.startsWith('expected the mail'))?.code.trimEnd() ?? 'nothing'
    const folder = join(installed.folder, 'page-failing')
    await mkdir(folder)
    const code = blocks[1]?.code.replace(/\['submission'.*\]/, "['submission', 'mailbox']") ?? ''
    await writeFile(join(folder, 'mail.test.ts'), code)
    const { stdout, stderr } = await runIn('page-failing', vitest, ['run', '--reporter=default'])
    expect(stdout + stderr).toContain(shown)
  })
})
