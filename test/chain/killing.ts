/**
 * Kills a chain's process under load, at random moments, and starts it again; then judges what has become of each message.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { validateChain } from '../../src/config/load.js'
import { JournalReader } from '../../src/journal/reader.js'
import { Database } from '../../src/queue/database.js'
import { Child } from '../queue/child.js'
import { temporaryFolder } from '../queue/spools.js'
import { inFlight, killedChain } from './killed-chain.js'
import { countCopies, judge, missingOf } from './killed-mail.js'
import { Load, type SentMessage } from './load.js'

const program = new URL('./killed.child.ts', import.meta.url)
const connections = 4
/** How long a start lasts about, and how long it is used, ms. */
const [startTime, useTime] = [250, 500]

export interface Summary {
  readonly acknowledged: number
  /** Copies that were handed on once more. */
  readonly duplicates: number
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The MTAs listen on `<network>.1` to `<network>.5`. */
export async function killAgainAndAgain(kills: number, seed: number, network: string): Promise<Summary> {
  const [folder, load, random] = [temporaryFolder(), new Load(), randomFrom(seed)]
  const recoveries = new Map<string, number>()
  const started = (line: string): number => {
    const [port, ...left] = line.trim().split(' ')
    for (const id of left) recoveries.set(id, (recoveries.get(id) ?? 0) + 1)
    return Number(port)
  }
  for (let kill = 0; kill < kills; kill++) {
    const child = await Child.start(program, folder, network)
    // one of five while it starts
    const moment = random() < 0.2 ? wait(random() * startTime).then(() => child.kill()) : null
    const line = await child.line().catch(() => null)
    if (line === null) continue
    const killed = moment ?? wait(random() * useTime).then(() => child.kill())
    await Promise.all([killed, load.run(`${network}.1`, started(line), connections)])
  }
  expect(load.refusals).toEqual([])
  await drain(await Child.start(program, folder, network), started)
  const summary = await expectNothingLost(folder, network, load.sent, recoveries)
  expect(summary.duplicates).toBeLessThanOrEqual(kills * inFlight)
  return summary
}

async function drain(child: Child, started: (line: string) => number): Promise<void> {
  started(await child.line())
  const drained = child.line()
  child.say('drain')
  expect(await drained).toBe('drained')
}

async function expectNothingLost(
  folder: string,
  network: string,
  sent: readonly SentMessage[],
  recoveries: ReadonlyMap<string, number>,
): Promise<Summary> {
  const read = validateChain(killedChain(network))
  if (!read.ok) throw new Error('no configuration')
  const { copies, flaws } = await judge(folder, read.config.mtas, sent, new JournalReader(folder))
  expect(flaws).toEqual([])
  expect(missingOf(sent, copies)).toEqual([])
  // more than one copy only of what was under way when the process was killed
  const handedOn = await countCopies(folder)
  expect([...handedOn].filter(([id, times]) => times > 1 + (recoveries.get(id) ?? 0))).toEqual([])
  await expectEmptySpool(folder)
  const duplicates = [...handedOn.values()].reduce((sum, times) => sum + times - 1, 0)
  return { acknowledged: sent.filter(({ acknowledged }) => acknowledged).length, duplicates }
}

async function expectEmptySpool(folder: string): Promise<void> {
  const database = new Database(join(folder, 'spool'))
  const keys = ['item/', 'content/', 'aside/'].flatMap(prefix => database.keys(prefix))
  await database.close()
  expect(keys).toEqual([])
}
