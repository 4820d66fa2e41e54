/**
 * What bash completes, asked of a real one. zsh and fish: test/interop/shells.test.ts
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { Command, Option } from 'commander'
import { beforeEach, expect, it } from 'vitest'
import { bashScript } from '../../src/cli/completion/bash.js'
import { fishScript } from '../../src/cli/completion/fish.js'
import { shapeOf } from '../../src/cli/completion/shape.js'
import { zshScript } from '../../src/cli/completion/zsh.js'
import { command } from './support/command.js'
import { type Workspace, workspace } from './support/workspace.js'

let space: Workspace
beforeEach(async () => {
  space = await workspace()
  await space.write('completion.bash', (await command('completion', 'bash')).stdout)
})

/** Completes each line's last word, as bash parts the line; resolves with what it offers and how it goes on. */
async function complete(...lines: readonly string[]): Promise<string[]> {
  const script = [
    'set -u; source ./completion.bash',
    'compopt() { how="$*"; }',
    'ask() { how=; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mta_chain; echo "${COMPREPLY[*]-}|$how"; }',
    ...lines.map(line => `ask ${line.split(' ').map(quoted).join(' ')}`),
  ]
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script.join('\n')], { cwd: space.folder })
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

const noFiles = '+o default +o bashdefault'

it('offers commands, those of a group, and no more once one is there', async () => {
  expect(
    await complete('mta-chain ', 'mta-chain qu', 'mta-chain queue ', 'mta-chain queue re', 'mta-chain queue list '),
  ).toEqual([
    expect.stringMatching(/^run up send .*\bcompletion\|/),
    `queue|${noFiles}`,
    `list show retry hold release drop export|${noFiles}`,
    `retry release|${noFiles}`,
    `|${noFiles}`,
  ])
})

it('offers the options of the command that stands there', async () => {
  expect(
    await complete('mta-chain -', 'mta-chain check --jo', 'mta-chain queue list --st', 'mta-chain run x --to a b --co'),
  ).toEqual([`-V --version -h --help|${noFiles}`, `--journal|${noFiles}`, `--state|${noFiles}`, `--count|${noFiles}`])
})

it('offers the values that an option or an argument can have, also behind =', async () => {
  expect(
    await complete(
      'mta-chain run --format ',
      'mta-chain run --format = j',
      'mta-chain trace --format =',
      'mta-chain completion ',
      'mta-chain run --count ',
    ),
  ).toEqual([
    `text json junit github|${noFiles}`,
    `json junit|${noFiles}`,
    `text json csv mermaid svg html|${noFiles}`,
    `bash zsh fish|${noFiles}`,
    `|${noFiles}`,
  ])
})

it('leaves files and folders to the shell', async () => {
  expect(
    await complete('mta-chain check ', 'mta-chain check a b ', 'mta-chain run --junit ', 'mta-chain run --out '),
  ).toEqual(['|', '|', '|', '|-o dirnames +o default +o bashdefault'])
})

it('offers the MTAs of chain.json, or of the --chain that stands there', async () => {
  await space.write('other.json', '{ "mtas": [ { "name" : "elsewhere" } ] }')
  expect(
    await complete(
      'mta-chain queue list --mta ',
      'mta-chain fault add ',
      'mta-chain fault add first ',
      'mta-chain fault clear s',
      'mta-chain fault clear --chain other.json ',
      'mta-chain fault clear --chain nowhere.json ',
    ),
  ).toEqual([
    `first second|${noFiles}`,
    `first second|${noFiles}`,
    `|${noFiles}`,
    `second|${noFiles}`,
    `elsewhere|${noFiles}`,
    `|${noFiles}`,
  ])
})

it('takes no name for a command', async () => {
  await space.write(
    'chain.json',
    '{ "mtas": [ { "name": "$(touch owned)" }, { "name": "`touch owned`" }, { "name": "b" } ] }',
  )
  expect(await complete('mta-chain fault add ')).toEqual([`b|${noFiles}`])
  expect(existsSync(space.path('owned'))).toBe(false)
})

it.each([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
])('has for %s whatever a program gets', (_shell, script) => {
  const program = new Command('mta-chain')
  const group = program.command('ring').description("it's [new]: a \\ group")
  group
    .command('bell')
    .argument('<mta>')
    .addOption(new Option('-l, --loud <how>', "how: it's [loud]").choices(['very', 'little']))
  const text = script(shapeOf(program))
  for (const word of ['ring', 'bell', 'loud', 'very little']) expect(text).toContain(word)
})

it('ends with 2 for another shell', async () => {
  const { status, stderr } = await command('completion', 'tcsh')
  expect(status).toBe(2)
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.')
})
