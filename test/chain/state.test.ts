/**
 * A state folder that can't be opened is a problem that is told, and nothing of it stays taken.
 */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StartError, type StartProblem } from '../../src/chain/problem.js'
import { startChain } from '../../src/chain/start.js'
import { openState, type State } from '../../src/chain/state.js'
import { validateChain } from '../../src/config/load.js'
import type { ChainConfig } from '../../src/config/types.js'
import { Database } from '../../src/queue/database.js'
import { received } from '../journal/events.js'
import { newId } from '../journal/events.js'
import { temporaryFolder } from '../queue/spools.js'

function configOf(changes: object = {}): ChainConfig {
  const mtas = [{ name: 'a', address: '127.77.3.1' }]
  const read = validateChain({ mtas, spool: 'disk', mailbox: 'maildir', ...changes })
  if (!read.ok) throw new Error('not a configuration')
  return read.config
}

async function open(folder: string, changes?: object): Promise<State> {
  const state = await openState(configOf(changes), folder)
  if ('kind' in state) throw new Error(JSON.stringify(state))
  onTestFinished(() => state.close())
  return state
}

/** Files below the folder that this process has open. */
function openFiles(folder: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap(fd => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`)
      return file.startsWith(folder) ? [file] : []
    } catch {
      return []
    }
  })
}

async function expectFree(folder: string): Promise<void> {
  expect(openFiles(folder)).toEqual([])
  expect(readdirSync(folder)).not.toContain('lock')
  await (await open(folder)).close()
}

test('the folder is made, and once closed nothing of it is open or locked', async () => {
  const folder = join(temporaryFolder(), 'deep', 'state')
  const state = await open(folder)
  expect(readdirSync(folder).toSorted()).toEqual(['journal.jsonl', 'lock', 'spool'])
  expect(await openState(configOf(), folder)).toEqual({ kind: 'locked', folder, pid: process.pid })
  await state.close()
  await expectFree(folder)
})

test('in memory there is no folder', async () => {
  const state = await openState(configOf(), null)
  if ('kind' in state) throw new Error('a problem')
  state.append(received(newId()))
  await state.close()
})

test('the limits of the journal are those of the configuration', async () => {
  const folder = temporaryFolder()
  for (let n = 0; n < 5; n++) {
    const state = await open(folder, { journal: { size: 100, keep: 2 } })
    state.append(received(newId()))
    await state.close()
  }
  expect(readdirSync(folder).toSorted()).toEqual(['journal.4.jsonl', 'journal.5.jsonl', 'spool'])
})

describe('what stands in the way is told, and given back is all that was taken', () => {
  const cases: readonly [string, (folder: string) => void | Promise<void>, (folder: string) => object, string][] = [
    [
      'a folder in place of the journal',
      folder => mkdirSync(join(folder, 'journal.jsonl'), { recursive: true }),
      folder => ({ kind: 'state', folder, code: 'EISDIR' }),
      'journal.jsonl',
    ],
    [
      'a file in place of the spool',
      folder => writeFileSync(join(folder, 'spool'), ''),
      folder => ({ kind: 'state', folder: join(folder, 'spool') }),
      'spool',
    ],
    [
      'a spool that is none',
      folder => {
        mkdirSync(join(folder, 'spool'))
        writeFileSync(join(folder, 'spool', 'data.mdb'), 'hello')
      },
      folder => ({ kind: 'state', folder: join(folder, 'spool'), reason: expect.stringContaining('damaged') }),
      'spool',
    ],
    [
      'a spool of a newer version',
      async folder => {
        const database = new Database(join(folder, 'spool'))
        await database.put('meta', Buffer.from('{"version":9}'))
        await database.close()
      },
      folder => ({ kind: 'newer-spool', folder: join(folder, 'spool') }),
      'spool',
    ],
    [
      'a spool that has no queue ids left',
      async folder => {
        const database = new Database(join(folder, 'spool'))
        await database.put('meta', Buffer.from(`{"version":1,"seed":1,"blocks":${2 ** 26}}`))
        await database.close()
      },
      folder => ({
        kind: 'state',
        folder: join(folder, 'spool'),
        reason: expect.stringMatching(/^all its queue ids are used up\. .*Move the folder away/),
      }),
      'spool',
    ],
    [
      'a folder in place of the lock',
      folder => mkdirSync(join(folder, 'lock')),
      folder => ({ kind: 'state', folder, code: 'EISDIR' }),
      'lock',
    ],
  ]

  test.each(cases)('%s', async (_, prepare, problem, culprit) => {
    const folder = temporaryFolder()
    await prepare(folder)
    expect(await openState(configOf(), folder)).toMatchObject(problem(folder))
    expect(openFiles(folder)).toEqual([])
    rmSync(join(folder, culprit), { recursive: true })
    await expectFree(folder)
  })

  test('a file in place of the state folder', async () => {
    const file = join(temporaryFolder(), 'state')
    writeFileSync(file, '')
    expect(await openState(configOf(), file)).toMatchObject({ kind: 'state', folder: file, code: 'EEXIST' })
    expect(readFileSync(file, 'utf8')).toBe('')
  })
})

async function problemOf(start: Promise<unknown>): Promise<StartProblem> {
  try {
    await start
  } catch (error) {
    if (error instanceof StartError) return error.problem
    throw error
  }
  throw new Error('it started')
}

test('a second chain on the folder is refused, and the first goes on; a port that is taken frees the folder', async () => {
  const folder = temporaryFolder()
  const mtas = [{ name: 'a', address: '127.77.3.2' }]
  const config = { mtas, spool: 'disk', mailbox: 'maildir' } as const
  const chain = await startChain(config, { folder })
  onTestFinished(() => chain.close())
  expect(await problemOf(startChain(config, { folder }))).toEqual({ kind: 'locked', folder, pid: process.pid })
  const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'x' })
  expect(await sent.delivered()).toHaveLength(1)
  await chain.close()

  const taken = createServer().listen(0, '127.77.3.2')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const address = taken.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  expect(await problemOf(startChain({ ...config, port }, { folder }))).toMatchObject({ kind: 'listen' })
  await expectFree(folder)
})
