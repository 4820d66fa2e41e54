/**
 * The matchers under vitest, jest and node:test themselves, from the installed package: what a test that fails shows, what
 * is told of matchers that nobody awaited, and what the compiler says of wrong arguments.
 */
import { readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installed, installPackage, makeProject } from '../testing/installed.js'
import { Runners } from '../testing/runners.js'
import { chainsInJest, concurrent, failing, failingInNode, hooksOfJest, unawaited } from '../testing/suites.js'

const examples = new URL('../../examples/', import.meta.url)
const page = readFileSync(new URL('../../docs/how-to/vitest-jest-node.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code = '']) => code)
const [ofVitest = ''] = blocks.filter(code => code.startsWith('import '))

let installed: Installed
let runners: Runners
beforeAll(async () => {
  installed = await installPackage()
  runners = new Runners(installed.folder)
}, 60_000)
afterAll(() => installed.remove())

describe('types', () => {
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
      await runners.write(
        `${project}/wrong.ts`,
        `import { expect } from '${from}'\nimport 'mta-chain/${runner}'\n${lines}`,
      )
      await cp(new URL('vitest/tsconfig.json', examples), join(installed.folder, project, 'tsconfig.json'))
      const { stdout } = await runners.tsc(project)
      const wrong = [...stdout.matchAll(/^wrong\.ts\((\d+)/gm)].map(([, line]) => Number(line))
      expect({ runner, wrong }).toEqual({ runner, wrong: [3, 4, 5, 6] })
    }
  })
})

describe('a test that fails', () => {
  it('in vitest shows the way, the journal and the messages; one whose matcher was not awaited fails too', async () => {
    await makeProject(installed, 'vitest', 'failing')
    for (const scope of ['test', 'file']) await runners.write(`failing/${scope}.test.ts`, failing(scope))
    await runners.write(
      'failing/unawaited.test.ts',
      unawaited("import { expect, test } from 'vitest'; import 'mta-chain/vitest'"),
    )
    await runners.write('failing/concurrent.test.ts', concurrent)
    await runners.write('failing/page.test.ts', ofVitest.replace(/\['submission'.*\]/, "['submission', 'mailbox']"))
    const { status, stdout, stderr } = await runners.vitest('failing')
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
    await runners.write('failing-node/mail.test.mjs', failingInNode)
    const reporters = { spec: 'ℹ ', tap: '# ' }
    const runs = Object.entries(reporters).map(async ([reporter, mark]) => {
      const { status, stdout } = await runners.run('failing-node', '--test', [`--test-reporter=${reporter}`])
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
    await runners.write('failing-jest/chains.test.js', chainsInJest)
    const suite = unawaited("import { expect, test } from '@jest/globals'; import 'mta-chain/jest'")
    await runners.write('failing-jest/mail.test.js', suite)
    const { status, stderr } = await runners.jest('failing-jest')
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/✗ 2 {2}only {6}—[^]*Tests: +2 failed, 7 passed, 9 total/),
    })
  })

  it('in jest is the file whose hooks did not await a matcher', async () => {
    await makeProject(installed, 'jest', 'hooks-jest')
    await runners.write('hooks-jest/mail.test.js', hooksOfJest)
    const { status, stderr } = await runners.jest('hooks-jest')
    expect(status).toBe(1)
    expect(stderr).toContain('to match of.describe')
    expect(stderr).toContain('to match of.the.file')
  })
})
