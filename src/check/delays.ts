/**
 * What the journal says of hops that took long: the message waited in a queue because it was deferred there,
 * or because the next MTA did not answer.
 */
import type { DeferredEvent, DeliveredEvent, ReceivedEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import { duration } from '../time/duration.js'
import { isUntried, lastDeferral, saidIn, troubleOf } from './deferrals.js'
import { finding, ordinal } from './finding.js'
import type { Place } from './placement.js'
import type { Finding } from './types.js'

/** A finding for each hop that received the message late; for the last MTA's queue, at its own hop. Newest first. */
export function delayFindings(places: readonly Place[], history: MessageHistory, recipient?: string): Finding[] {
  const found = places.toReversed().flatMap(place => {
    const late = place.event && delayBefore(place.event, history)
    return late ? [delayed(place, late, history)] : []
  })
  const last = places.at(-1)
  const late = last?.event ? delayOfDelivery(last.event, history, recipient) : null
  return last && late ? [delayed(last, late, history), ...found] : found
}

interface Delay {
  readonly ms: number
  readonly mta: string
  /** The last of them. */
  readonly deferred: DeferredEvent
}

/** In the queue of the MTA before. */
function delayBefore(event: ReceivedEvent, { received, events }: MessageHistory): Delay | null {
  const before = received.find(({ id }) => id === event.previous)
  return before ? delayUntil(event, event.recipients, before, events) : null
}

/** In the queue of the MTA that delivers. */
function delayOfDelivery(event: ReceivedEvent, { events }: MessageHistory, recipient?: string): Delay | null {
  const delivery = events.find(
    (other): other is DeliveredEvent =>
      other.event === 'delivered' && other.id === event.id && (recipient ?? other.recipient) === other.recipient,
  )
  return delivery ? delayUntil(delivery, [delivery.recipient], event, events) : null
}

/** null where no attempt for these recipients was deferred before that event. */
function delayUntil(
  end: ReceivedEvent | DeliveredEvent,
  recipients: readonly string[],
  copy: ReceivedEvent,
  events: MessageHistory['events'],
): Delay | null {
  const deferred = lastDeferral(copy.id, recipients, events, end)
  return deferred ? { ms: Date.parse(end.time) - Date.parse(copy.time), mta: copy.mta, deferred } : null
}

function delayed({ position, hop, field }: Place, { ms, mta, deferred }: Delay, history: MessageHistory): Finding {
  const subject = { position, field: field?.number ?? null }
  const why = isUntried(deferred, history)
    ? `waited for ${hop.mta}, which did not answer (${saidIn(deferred.problem)})`
    : `${troubleOf(deferred, hop.mta === mta ? null : hop.mta, history)}, ${ordinal(deferred.attempts + 1)} attempt`
  return finding('delayed', subject, { expected: null, found: null }, `${duration(ms)} at ${mta}: ${why}`)
}
