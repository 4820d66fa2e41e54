/**
 * Every command's help has an example, and each is run as it stands there: by a shell, in a folder with what it speaks
 * of. Commands that look at a running chain share one; queue ids in them are replaced by real ones.
 */
import { execFile } from 'node:child_process'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { makeProgram } from '../../src/cli/commands.js'
import { allCommands, shapeOf } from '../../src/cli/completion/shape.js'
import { processOutput } from '../../src/cli/output.js'
import { follow } from '../../src/journal/follow.js'
import { JournalReader } from '../../src/journal/reader.js'
import { command } from './support/command.js'
import { builtPackage, Program } from './support/program.js'
import { message, type Workspace, workspace } from './support/workspace.js'

const [program, ...commands] = allCommands(shapeOf(makeProgram(processOutput(), () => undefined)))
const all = commands.map(({ path }) => path.join(' '))

/** They work on a chain that runs, `check` on what it delivered. */
const onRunning = /^(?:send|status|queue|fault|check|watch)\b/
/** They stay until they are stopped: what each says once it is there. */
const staying = new Map([
  ['up', /Ctrl-C stops/],
  ['watch', /Ctrl-C ends/],
])

const built = builtPackage()

it.each(all)('%s has an example of itself', async name => {
  const examples = await examplesOf(name)
  expect(examples).not.toEqual([])
  for (const example of examples) expect(example).toMatch(new RegExp(`^mta-chain ${name}\\b`))
})

it('the first steps are commands', async () => {
  const { stdout } = await command('--help')
  const steps = [...stdout.matchAll(/^ {2}\$ mta-chain (\w+)/gm)].map(([, name]) => name)
  expect(steps.length).toBeGreaterThan(2)
  expect(program?.commands.map(({ path }) => path.join(' '))).toEqual(expect.arrayContaining(steps))
})

describe('an example works', () => {
  it.each(all.filter(name => !onRunning.test(name)))('of %s', async name => {
    for (const example of await examplesOf(name)) {
      const { folder } = await withMail(name === 'init' ? null : await chainFolder())
      const ready = staying.get(name)
      await (ready ? stay(example, ready, folder) : shell(example, folder))
    }
  })

  it('of what looks at a running chain', async () => {
    const space = await withMail(await chainFolder())
    const { folder, path, list, chain } = space
    const up = start(folder, 'up')
    await up.says(/Ctrl-C stops/)
    await command('send', path('message.eml'), '--chain', chain, '--wait')
    const [delivered = ''] = await list('.mta-chain/mailbox/b@example.test/new')
    await copyFile(path('.mta-chain/mailbox/b@example.test/new', delivered), path('message.eml'))
    const names = all.filter(name => onRunning.test(name))
    const examples = (await Promise.all(names.map(examplesOf))).flat()
    const ids = await deferred(examples.filter(example => someId.test(example)).length, space)
    // one after the other: some undo what others did
    for (const example of examples) {
      const ready = staying.get(example.split(' ')[1] ?? '')
      const line = example.replace(someId, () => ids.pop() ?? '')
      await (ready ? stay(line, ready, folder) : shell(line, folder))
    }
    up.kill('SIGTERM')
    expect(await up.ended()).toMatchObject({ status: 0 })
  })
})

/** The queue id in examples. */
const someId = /\b7QJ2M4XKZ9\b/

/** The commands below "Example:" in a command's help. */
async function examplesOf(name: string): Promise<string[]> {
  const { stdout } = await command(...name.split(' '), '--help')
  const [, shown = ''] = /^Example:\n((?: {2}\$ .*(?:\n|$))+)/m.exec(stdout) ?? []
  return [...shown.matchAll(/^ {2}\$ (.*)$/gm)].map(([, example = '']) => example)
}

const stuck = 'stuck@example.test'

/** A folder with a chain of the MTAs that examples name: the first one keeps what `stuck` sends. */
function chainFolder(): Promise<Workspace> {
  const faults = [{ at: 'rcpt', match: { sender: stuck }, reply: '450 4.7.1 Later' }]
  return workspace([
    { name: 'submission' },
    { name: 'outbound', faults },
    { name: 'gateway', faults },
    { name: 'mailbox' },
  ])
}

/** The message that examples name, in a folder of its own where there is none. */
async function withMail(chain: Workspace | null): Promise<Workspace> {
  const space = chain ?? (await workspace())
  if (!chain) await rm(space.chain)
  await space.write('message.eml', message())
  return space
}

/** Queue ids of so many messages that wait in the first MTA's queue. */
async function deferred(wanted: number, { folder, path, chain }: Workspace): Promise<string[]> {
  for (let n = 0; n < wanted; n++) await command('send', path('message.eml'), '--from', stuck, '--chain', chain)
  const ids: string[] = []
  const enough = new AbortController()
  const state = join(folder, '.mta-chain')
  for await (const event of follow(new JournalReader(state), state, enough.signal)) {
    if (event.event === 'deferred') ids.push(event.id)
    if (ids.length === wanted) enough.abort()
  }
  return ids
}

/** Rejects where it does not end with 0, with what it said. */
async function shell(line: string, cwd: string): Promise<void> {
  const bin = `mta-chain() { "${process.execPath}" "${join(built, 'bin/mta-chain.js')}" "$@"; }`
  await promisify(execFile)('bash', ['-c', `${bin}\n${line}`], { cwd })
}

/** Stops it once it is there. */
async function stay(line: string, ready: RegExp, cwd: string): Promise<void> {
  const running = start(cwd, ...line.replaceAll("'", '').split(' ').slice(1))
  await running.says(ready)
  running.kill('SIGTERM')
  expect(await running.ended()).toMatchObject({ status: 0 })
}

function start(cwd: string, ...args: readonly string[]): Program {
  return new Program(join(built, 'bin/mta-chain.js'), args, { cwd })
}
