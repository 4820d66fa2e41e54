/**
 * What stands behind a deferral: what was said or happened, the fault rule that had it happen, or that nobody answered.
 */
import type { DeferredEvent, FaultEvent, MessageEvent, ReceivedEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import type { QueueId } from '../mail/envelope.js'

/** Whether that copy, or a part of its recipients, was deferred before it went on as this one. */
export function isBehind({ id, recipients }: DeferredEvent, copy: ReceivedEvent): boolean {
  return id === copy.previous && recipients.some(recipient => copy.recipients.includes(recipient))
}

/** A reply, or an error of the system, without where it came. */
export function saidIn(problem: string): string {
  return problem.replace(/ \(at \w+\)$/, '')
}

/**
 * As "450 4.7.1 Greylisted by filter (rule filter-1)", or "ECONNRESET (rule filter-1: reset)". `by`: the next MTA; null
 * where that is not to be named.
 */
export function troubleOf(deferral: DeferredEvent, by: string | null, history: MessageHistory): string {
  const said = saidIn(deferral.problem)
  const fault = faultBehind(deferral, history)
  // nobody said it where there was no reply
  const who = by !== null && /^\d{3} /.test(said) ? ` by ${by}` : ''
  if (!fault) return said + who
  return `${said}${who} (rule ${fault.rule}${fault.reply === null ? `: ${fault.action}` : ''})`
}

/** The queue made no attempt: its destination was left alone because it did not answer. */
export function isUntried(deferral: DeferredEvent, history: MessageHistory): boolean {
  return deferral.attempts === (deferralBefore(deferral, history)?.attempts ?? 0)
}

/** The rule that fired in the attempt that was deferred; null where none did, or where it fired before MAIL. */
function faultBehind(deferral: DeferredEvent, history: MessageHistory): FaultEvent | null {
  const before = deferralBefore(deferral, history)
  const isOfAttempt = ({ time, previous }: FaultEvent): boolean =>
    previous === deferral.id && time <= deferral.time && (!before || time > before.time)
  return history.faults.findLast(fault => isOfAttempt(fault) && hasCaused(fault, deferral)) ?? null
}

function hasCaused({ action, reply }: FaultEvent, { problem }: DeferredEvent): boolean {
  if (reply !== null) return saidIn(problem) === reply
  // what a rule does to a session ends it without a reply
  return /^(drop|reset|stall)/.test(action) && !/^\d{3} /.test(problem)
}

function deferralBefore(deferral: DeferredEvent, { events }: MessageHistory): DeferredEvent | null {
  return lastDeferral(deferral.id, deferral.recipients, events, deferral)
}

/** Of that copy, for one of these recipients at least, before that event: the order of events tells. */
export function lastDeferral(
  id: QueueId,
  recipients: readonly string[],
  events: MessageHistory['events'],
  end: MessageEvent,
): DeferredEvent | null {
  const deferral = events
    .slice(0, events.indexOf(end))
    .findLast(
      (event): event is DeferredEvent =>
        event.event === 'deferred' && event.id === id && event.recipients.some(other => recipients.includes(other)),
    )
  return deferral ?? null
}
