/**
 * A recipient who gets a message twice, as the journal tells it: the MTA that took it was not heard, and had it sent once
 * more (RFC 5321 4.5.3.2, RFC 1047). It is no mistake of the path: the finding is a warning.
 */
import type { DeferredEvent, MessageEvent, ReceivedEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import { isBehind, troubleOf } from './deferrals.js'
import { finding, ordinal } from './finding.js'
import type { Place } from './placement.js'
import type { Truth } from './truth.js'
import type { Finding } from './types.js'

/** One for each hop where copies parted, or are about to. Newest first. */
export function duplicateFindings(places: readonly Place[], { way, history }: Truth, recipient?: string): Finding[] {
  const leaf = way.at(-1)
  const owners = recipient === undefined ? (leaf?.recipients ?? []) : [recipient]
  return way.toReversed().flatMap(copy => {
    const copies = copiesLike(copy, owners, history)
    const next = comingAgain(copies.at(-1), history)
    if (copies.length + (next ? 1 : 0) < 2) return []
    const place = places.find(({ event }) => event === copy)
    const subject = { position: place?.position ?? null, field: place?.field?.number ?? null }
    const message = describe(copy, { copies, next }, owners, history)
    return [finding('duplicate', subject, { expected: null, found: null }, message)]
  })
}

interface Twins {
  readonly copies: readonly ReceivedEvent[]
  /** Why there will be one more. */
  readonly next: DeferredEvent | null
}

/** The MTA before has deferred it since, and has not yet tried again. */
function comingAgain(copy: ReceivedEvent | undefined, { events }: MessageHistory): DeferredEvent | null {
  if (!copy) return null
  const last = events
    .slice(events.indexOf(copy) + 1)
    .filter(event => event.id === copy.previous || (event.event === 'received' && event.previous === copy.previous))
    .findLast(event => copy.recipients.some(owner => isAbout(event, owner)))
  return last?.event === 'deferred' ? last : null
}

/** Copies that came from the same one to the same MTA for one of these recipients, and were not ended without one getting it. */
function copiesLike(copy: ReceivedEvent, owners: readonly string[], history: MessageHistory): ReceivedEvent[] {
  if (copy.previous === null) return []
  const own = owners.filter(owner => copy.recipients.includes(owner))
  return history.received.filter(
    other =>
      other.previous === copy.previous &&
      other.mta === copy.mta &&
      other.recipients.some(owner => own.includes(owner) && !isLost(other, owner, history)),
  )
}

/** It was bounced or dropped further on. */
function isLost(copy: ReceivedEvent, owner: string, { received, events }: MessageHistory): boolean {
  const ids = new Set<string>([copy.id])
  for (const { id, previous } of received) if (previous !== null && ids.has(previous)) ids.add(id)
  const own = events.filter(event => ids.has(event.id) && isAbout(event, owner))
  return !own.some(({ event }) => event === 'delivered') && own.some(({ event }) => ends.has(event))
}

const ends: ReadonlySet<MessageEvent['event']> = new Set(['failed', 'bounced', 'dropped'])

function isAbout(event: MessageEvent, owner: string): boolean {
  return event.event === 'delivered' ? event.recipient === owner : event.recipients.includes(owner)
}

function describe(
  copy: ReceivedEvent,
  { copies, next }: Twins,
  owners: readonly string[],
  history: MessageHistory,
): string {
  const number = copies.findIndex(({ id }) => id === copy.id) + 1
  const which = `The ${ordinal(number)} of ${copies.length + (next ? 1 : 0)} copies for ${owners.join(', ')}`
  const before = history.received.find(({ id }) => id === copy.previous)?.mta ?? 'the MTA before'
  const again = [
    ...copies
      .slice(1)
      .map((later, index) => `sent it again at ${later.time}${whyAgain(copies[index], later, history)}`),
    ...(next ? [`is to send it again at ${next.nextAttemptAt}, after ${troubleOf(next, null, history)}`] : []),
  ]
  return `${which}: ${copy.mta} took it from ${before}, which did not hear so and ${again.join(' and ')}.`
}

/** What the MTA before met between the two; nothing where it was ended itself. */
function whyAgain(earlier: ReceivedEvent | undefined, later: ReceivedEvent, history: MessageHistory): string {
  const { events } = history
  const [from, until] = [earlier ? events.indexOf(earlier) : 0, events.indexOf(later)]
  const deferral = events
    .slice(Math.max(from, 0), Math.max(until, 0))
    .find((event): event is DeferredEvent => event.event === 'deferred' && isBehind(event, later))
  return deferral ? `, after ${troubleOf(deferral, null, history)}` : ''
}
