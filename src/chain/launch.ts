/**
 * Bringing a chain's MTAs to work: made, all of them listening, then their queues.
 */
import type { ChainConfig } from '../config/types.js'
import { FaultPlan } from '../fault/plan.js'
import type { JournalEvent } from '../journal/event.js'
import { QueueIds } from '../queue/ids.js'
import type { QueueItem } from '../queue/item.js'
import type { SetAside } from '../queue/spool.js'
import type { Clock } from '../time/clock.js'
import type { Flights } from './flights.js'
import { Mta } from './mta.js'
import type { StartProblem } from './problem.js'
import type { Shared } from './shared.js'
import type { State } from './state.js'
import type { Tracker } from './tracker.js'

/** What an earlier start left that needs somebody's eye. */
export interface Leftovers {
  readonly setAside: readonly SetAside[]
  /** Messages of MTAs that the configuration has no more: they stay in the spool. */
  readonly homeless: readonly QueueItem[]
}

export interface Surroundings {
  readonly clock: Clock
  readonly state: State
  readonly flights: Flights
  readonly tracker: Tracker
  readonly record: (event: JournalEvent) => void
}

export function makeMtas(config: ChainConfig, { clock, state, flights, tracker, record }: Surroundings): Mta[] {
  const zone = new Map(config.mtas.map(({ address, hostname }) => [address, hostname]))
  const shared: Shared = {
    clock,
    spool: state.spool,
    ids: new QueueIds(state.spool.origin),
    flights,
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

/** What an earlier start left is tried at once. */
export async function startQueues(mtas: readonly Mta[], { state, clock, record }: Surroundings): Promise<Leftovers> {
  const { items, setAside } = await state.spool.recover()
  mtas.forEach((mta, at) => {
    const next = mtas[at + 1]
    const left = items.filter(item => item.mta === mta.config.name)
    mta.start(left, next ? { address: next.config.address, port: next.port } : null)
  })
  const time = clock.now().toISOString()
  for (const { mta, key, reason } of setAside) record({ event: 'set-aside', time, mta, key, reason })
  const names = new Set(mtas.map(mta => mta.config.name))
  return { setAside, homeless: items.filter(item => !names.has(item.mta)) }
}
