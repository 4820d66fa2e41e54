/**
 * Bringing a chain's MTAs to work: made, all of them listening, then their queues.
 */
import type { ChainConfig } from '../config/types.js'
import { FaultPlan } from '../fault/plan.js'
import type { JournalEvent } from '../journal/event.js'
import { notFromTheFuture } from '../queue/expiry.js'
import { QueueIds } from '../queue/ids.js'
import type { QueueItem } from '../queue/item.js'
import { inBrief } from '../queue/list.js'
import type { LeftMessage, SetAside, Spool } from '../queue/spool.js'
import { unhurried } from '../queue/unhurried.js'
import type { Activity } from '../time/activity.js'
import type { ChainClock } from '../time/chain-clock.js'
import type { Flights } from './flights.js'
import { Mta } from './mta.js'
import type { StartProblem } from './problem.js'
import { recordLost } from './received.js'
import type { Shared } from './shared.js'
import type { State } from './state.js'
import type { Tracker } from './tracker.js'
import type { Transcripts } from './transcripts.js'

/** What an earlier start left that needs somebody's eye. */
export interface Leftovers {
  /** Messages that are tried now. */
  readonly queued: number
  /** Messages of which only the report to the sender is left to make. */
  readonly failed: number
  readonly setAside: readonly SetAside[]
  /** Messages of MTAs that the configuration has no more: they stay in the spool. */
  readonly homeless: readonly LeftMessage[]
}

export interface Surroundings {
  readonly clock: ChainClock
  readonly activity: Activity
  readonly state: State
  readonly flights: Flights
  readonly tracker: Tracker
  readonly transcripts: Transcripts | null
  readonly record: (event: JournalEvent) => void
}

export function makeMtas(config: ChainConfig, surroundings: Surroundings): Mta[] {
  const { clock, activity, state, flights, tracker, transcripts, record } = surroundings
  const zone = new Map(config.mtas.map(({ address, hostname }) => [address, hostname]))
  const shared: Shared = {
    clock,
    activity,
    spool: state.spool,
    ids: new QueueIds(state.spool.origin),
    flights,
    transcripts,
    mailboxes: state.mailboxes,
    nameOf: address => zone.get(address) ?? null,
    record(event) {
      record(event)
      tracker.observe(event)
    },
    received(event, cargo) {
      record(event)
      tracker.received(event, cargo)
    },
    journaled: () => state.journaled(),
  }
  return config.mtas.map((mta, at) => {
    const faults = new FaultPlan(mta.name, mta.faults, config.seed, clock)
    return new Mta(mta, at === config.mtas.length - 1, shared, faults)
  })
}

/** All listen, or none: the first problem closes those that do. */
export async function listenAll(mtas: readonly Mta[]): Promise<StartProblem | null> {
  const results = await Promise.allSettled(mtas.map(mta => mta.listen()))
  const failed = results.findIndex(({ status }) => status === 'rejected')
  const [mta, result] = [mtas[failed], results[failed]]
  if (!mta || result?.status !== 'rejected') return null
  await Promise.all(mtas.filter((_, at) => results[at]?.status === 'fulfilled').map(open => open.stopListening()))
  const reason: unknown = result.reason
  const code = reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason)
  return { kind: 'listen', mta: mta.config, code }
}

/** What an earlier start left is tried at once. `simulated`: mail time goes on from where the earlier start was. */
export async function startQueues(
  mtas: readonly Mta[],
  { state, clock, record }: Surroundings,
  simulated: boolean,
): Promise<Leftovers> {
  const { messages, setAside } = await state.spool.recover()
  if (simulated && messages.length > 0) await goOn(messages, state, clock)
  await recordLost(messages, state, record)
  for (const [at, mta] of mtas.entries()) {
    const next = mtas[at + 1]
    const left = messages.filter(message => message.mta === mta.config.name)
    const items = readEach(left, state.spool, clock.now())
    await mta.takeUp(items, next ? { address: next.config.address, port: next.port } : null)
  }
  const { queued, failed } = inBrief(mtas.map(({ counts }) => counts))
  for (const mta of mtas) mta.start()
  const time = clock.now().toISOString()
  for (const { mta, key, reason } of setAside) record({ event: 'set-aside', time, mta, key, reason })
  const names = new Set(mtas.map(mta => mta.config.name))
  return { queued, failed, setAside, homeless: messages.filter(({ mta }) => !names.has(mta)) }
}

/** Mail time is not before anything that happened to these messages. */
async function goOn(messages: readonly LeftMessage[], state: State, clock: ChainClock): Promise<void> {
  // a journal that can't be read does not stop the mail
  const last = await state.lastTime().catch(() => null)
  for (const time of [...messages.map(({ receivedAt }) => receivedAt), ...(last ? [last] : [])]) clock.notBefore(time)
}

/** One after the other, so that not all of them are in memory at once; what the spool has read it can let go of. */
async function* readEach(messages: readonly LeftMessage[], spool: Spool, now: Date): AsyncIterable<QueueItem> {
  for await (const { id } of unhurried(messages, spool)) {
    const item = spool.item(id)
    if (!('unreadable' in item)) yield notFromTheFuture(item, now)
  }
}
