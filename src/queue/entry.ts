/**
 * What the queue keeps in memory of a message. The message itself lies in the spool, so that memory does not grow with
 * what each one holds.
 */
import type { QueueId } from '../mail/envelope.js'
import type { Destination } from './destination.js'
import type { QueueItem } from './item.js'

/**
 * `ready`: to be tried as soon as its destination has room; `running`: an attempt is under way; `scheduled`: deferred to
 * a time; `held`: by hand, until it is released; `settled`: nothing of it is tried any more.
 */
export type Place = 'ready' | 'running' | 'scheduled' | 'held' | 'settled'

export interface Entry {
  readonly id: QueueId
  readonly destination: Destination
  place: Place
  /** Attempts made. */
  attempts: number
  /** Where it is scheduled: mail time of the next attempt, ms. */
  due: number
  /** Mail time, ms. */
  readonly expiresAt: number
  /** Mail time at which its sender is to be told of the delay, ms; Infinity where not. */
  warnAt: number
  /** Nothing is to be handed on any more, but a report is owed. */
  isOwed: boolean
  /** The journal says already that it waits for a destination that does not answer. */
  told: boolean
  /** Mail time at which it is looked at, whether its destination answers or not, ms. */
  watchedAt: number | null
  /** It was to be held while an attempt was under way: it is as soon as that has ended. */
  holdNext: boolean
  /** Kept for one that is tried soon, and for one whose newest state the spool could not take. */
  item: QueueItem | null
}
