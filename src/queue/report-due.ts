/**
 * When a sender is to be told something of an item, whether or not the sender wants to hear it: that is for whoever
 * makes the reports. A report that could not be made stays due.
 */
import type { Retry } from '../config/types.js'
import type { QueueItem } from './item.js'

export function owesReport(item: QueueItem, now: Date, retry: Pick<Retry, 'warn'>): boolean {
  return item.recipients.some(
    recipient =>
      recipient.state === 'failed' ||
      (recipient.state === 'delivered' && recipient.owes !== undefined) ||
      (recipient.state === 'deferred' && isWarningDue(item, now, retry)),
  )
}

/** RFC 5321 4.5.4.1: the sender should know of a delay; once. */
export function isWarningDue({ receivedAt, warned }: QueueItem, now: Date, { warn }: Pick<Retry, 'warn'>): boolean {
  return !warned && warn !== null && now.getTime() - receivedAt.getTime() >= warn
}
