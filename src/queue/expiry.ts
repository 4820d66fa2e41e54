/**
 * What an earlier start left may be dated later than now: a simulated clock began again, or somebody set the machine's.
 */
import type { QueueItem } from './item.js'

/** A message from the future expires as if it were received now; else it would live for longer than its time. */
export function notFromTheFuture(item: QueueItem, now: Date): QueueItem {
  const early = item.receivedAt.getTime() - now.getTime()
  return early > 0 ? { ...item, expiresAt: new Date(item.expiresAt.getTime() - early) } : item
}
