/**
 * What the journal is told of a queue's doings.
 */
import type { DeferredEvent, FailedEvent } from '../journal/event.js'
import { describeProblem, type Problem } from '../mail/problem.js'
import { isPending, pending, type QueueItem, type RecipientState } from './item.js'

/** An event for each recipient that the attempt was for and that did not get the message. */
export function eventsOf(before: QueueItem, item: QueueItem, time: string): (DeferredEvent | FailedEvent)[] {
  return item.recipients.flatMap((recipient, at) => {
    const was = before.recipients[at]
    return was && isPending(was) ? eventOf(recipient, item, time) : []
  })
}

function eventOf(recipient: RecipientState, item: QueueItem, time: string): (DeferredEvent | FailedEvent)[] {
  if (recipient.state !== 'failed' && recipient.state !== 'deferred') return []
  const { mta, id, attempts } = item
  const happening = { time, mta, id, recipients: [recipient.mailbox], problem: describeProblem(recipient.problem) }
  if (recipient.state === 'failed') return [{ event: 'failed', ...happening }]
  return [{ event: 'deferred', ...happening, attempts, nextAttemptAt: item.nextAttemptAt.toISOString() }]
}

/** It was not tried: its destination is left alone until `probeAt`, mail time in ms. */
export function waitingEvent(item: QueueItem, problem: Problem, probeAt: number, time: string): DeferredEvent {
  const { mta, id, attempts } = item
  return {
    event: 'deferred',
    time,
    mta,
    id,
    recipients: pending(item),
    problem: describeProblem(problem),
    attempts,
    nextAttemptAt: new Date(probeAt).toISOString(),
  }
}
