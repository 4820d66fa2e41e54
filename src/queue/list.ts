/**
 * A message of a queue as it is shown.
 */
import { describeProblem } from '../mail/problem.js'
import type { Entry } from './entry.js'
import type { QueueItem } from './item.js'

/**
 * `active`: being sent; `ready`: as soon as there is room; `waiting`: its next MTA does not answer; `deferred`: tried,
 * and to be tried again; `held`: by hand; `failed`: refused for good, and the report to its
 * sender is still owed.
 */
export type QueueState = 'active' | 'ready' | 'waiting' | 'deferred' | 'held' | 'failed'

export const queueStates = ['active', 'ready', 'waiting', 'deferred', 'held', 'failed'] as const satisfies QueueState[]

export interface QueuedMessage {
  readonly item: QueueItem
  readonly state: QueueState
  /** Where it is to be tried at a time: mail time. */
  readonly nextAttemptAt: Date | null
  /** Why it is not gone yet; null where nothing went wrong. */
  readonly problem: string | null
}

export function listed(entry: Entry, item: QueueItem): QueuedMessage {
  const { problem: site, probeAt } = entry.destination.health
  const state = stateOf(entry)
  const own = item.recipients.flatMap(recipient => ('problem' in recipient ? [recipient.problem] : [])).at(-1)
  const problem = own ?? (state === 'waiting' ? site : null)
  return {
    item,
    state,
    nextAttemptAt: state === 'deferred' ? new Date(entry.due) : state === 'waiting' ? new Date(probeAt) : null,
    problem: problem && describeProblem(problem),
  }
}

export type QueueCounts = Readonly<Record<QueueState, number>>

export function counted(entries: Iterable<Entry>): QueueCounts {
  const counts = { active: 0, ready: 0, waiting: 0, deferred: 0, held: 0, failed: 0 }
  for (const entry of entries) counts[stateOf(entry)]++
  return counts
}

/** Messages that are still tried, and those of which only a report is left to make. */
export function inBrief(queues: readonly QueueCounts[]): { readonly queued: number; readonly failed: number } {
  const sum = { queued: 0, failed: 0 }
  for (const { failed, ...queued } of queues) {
    sum.failed += failed
    sum.queued += Object.values(queued).reduce((all, each) => all + each, 0)
  }
  return sum
}

function stateOf({ place, destination, isOwed }: Entry): QueueState {
  if (isOwed && place !== 'running') return 'failed'
  switch (place) {
    case 'running':
      return 'active'
    case 'ready':
      return destination.health.problem ? 'waiting' : 'ready'
    case 'scheduled':
      return 'deferred'
    case 'held':
      return 'held'
    case 'settled':
      return 'failed'
  }
}
