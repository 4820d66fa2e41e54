/**
 * What zsh and fish complete, asked of real ones. bash: test/cli/completion.test.ts
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { builtProgram } from './support/command-line.js'
import { requireProgram, run } from './support/program.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mta-chain-interop-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  // a name that is a command is never run
  const names = ['front', 'back', '$(touch owned)']
  await writeFile(join(folder, 'chain.json'), JSON.stringify({ mtas: names.map(name => ({ name })) }))
  for (const name of ['message.eml', 'Folder']) await writeFile(join(folder, name), '')
})

afterEach(() => {
  expect(existsSync(join(folder, 'owned'))).toBe(false)
})

/** Its script in the folder; resolves with the shell's path. */
async function install(shell: string, name: string): Promise<string> {
  const program = requireProgram(shell, shell)
  await writeFile(join(folder, name), await run(process.execPath, [builtProgram(), 'completion', shell]))
  return program
}

/** What stands behind the command and the Tab key has made it, with what is offered there. */
const lines = [
  ['mta-chain ru', 'run'],
  ['mta-chain queue exp', 'export'],
  ['mta-chain check --exp', '--expect'],
  ['mta-chain queue list --sta', '--state'],
  ['mta-chain queue list --state def', 'deferred'],
  ['mta-chain trace --format merm', 'mermaid'],
  ['mta-chain run --format jun', 'junit'],
  ['mta-chain completion fi', 'fish'],
  ['mta-chain fault add fro', 'front'],
  ['mta-chain fault clear b', 'back'],
  ['mta-chain queue list --mta fro', 'front'],
  ['mta-chain check mess', 'message.eml'],
  ['mta-chain run --junit mess', 'message.eml'],
] as const

it('zsh completes commands, options, their values, names of MTAs and files', async () => {
  const zsh = await install('zsh', '_mta-chain')
  const script = [
    `cd ${folder}`,
    'zmodload zsh/zpty',
    'zpty shell zsh -f -i',
    // until it says so: what it prints before is of no interest
    'await() { local text; zpty -r shell text "*$1*" }',
    `zpty -w shell "PS1=; unsetopt zle; fpath=(${folder} \\$fpath); autoload -Uz compinit; compinit -u -D; setopt zle"`,
    `zpty -w shell "mta-chain() { print -r -- '<'\\$*'>'; }; print rea''dy"`,
    'await ready',
    ...lines.flatMap(([line]) => [
      `zpty -w -n shell ${quoted(line)}$'\\t\\n'`,
      `zpty -r shell text "*<*>*"; print -r -- $text`,
    ]),
    'zpty -d shell',
  ]
  const said = (await run(zsh, ['-f', '-c', script.join('\n')])).toString()
  const ran = [...said.matchAll(/<([^<>]*)>/g)].map(([, words = '']) => words.trim())
  expect(ran).toEqual(lines.map(([line, offered]) => completed(line, offered)))
})

function completed(line: string, offered: string): string {
  return [...line.split(' ').slice(1, -1), offered].join(' ')
}

function quoted(text: string): string {
  return `'${text}'`
}

it('fish completes the same', async () => {
  const fish = await install('fish', 'mta-chain.fish')
  const script = [
    `cd ${folder}; source mta-chain.fish`,
    ...lines.map(([line]) => `complete -C '${line}'; echo %%`),
  ].join('\n')
  const said = (await run(fish, ['--no-config', '-c', script])).toString().trimEnd()
  const offers = said.split(/\n?%%\n?/).slice(0, lines.length)
  expect(offers.map(offer => offer.split('\n').map(one => one.split('\t')[0]))).toEqual(
    lines.map(([, offered]) => [offered]),
  )
})
