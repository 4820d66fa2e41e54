/**
 * From the journal's history of a message: what became of each recipient's copy, and where it is while nothing has.
 */
import type { ChainConfig } from '../config/types.js'
import type {
  BouncedEvent,
  DeferredEvent,
  DeliveredEvent,
  JournalEvent,
  MessageEvent,
  QueueEvent,
  ReceivedEvent,
} from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'

type EndEvent = DeliveredEvent | BouncedEvent | QueueEvent

/** Whether a recipient's copy may have come to its end with it. */
export function endsAny(event: JournalEvent): event is EndEvent {
  return event.event === 'delivered' || event.event === 'bounced' || event.event === 'dropped'
}

/** What ended the way of a recipient's copy; a delivery before all else, null while it is under way. */
export function endOf(recipient: string, { events }: MessageHistory): EndEvent | null {
  const delivery = events.find(
    (event): event is DeliveredEvent => event.event === 'delivered' && event.recipient === recipient,
  )
  if (delivery) return delivery
  const end = events.find((event): event is BouncedEvent | QueueEvent => endsWithout(event, recipient, events))
  return end ?? null
}

function endsWithout(event: MessageEvent, recipient: string, events: readonly MessageEvent[]): boolean {
  if (event.event === 'bounced') return event.recipients.includes(recipient)
  if (event.event !== 'dropped') return false
  // what had failed already is dropped with its report
  const hasFailed = events.some(
    other => other.event === 'failed' && other.id === event.id && other.recipients.includes(recipient),
  )
  return hasFailed || event.recipients.includes(recipient)
}

export interface Whereabouts {
  readonly mta: string
  readonly where: string
}

/** The MTA that has, or had, the copy of a recipient who did not get it, and what happened there last. */
export function whereabouts(recipient: string, history: MessageHistory, chain: ChainConfig): Whereabouts {
  const end = endOf(recipient, history)
  const copy = end ? history.received.find(({ id }) => id === end.id) : lastCopy(recipient, history)
  const mta = end?.mta ?? copy?.mta ?? ''
  if (end?.event === 'bounced') return { mta, where: bounced(end) }
  if (end) return { mta, where: `dropped by hand at ${mta}, ${at(end.time, chain)}` }
  const own = history.events.filter(event => event.id === copy?.id && isFor(event, recipient))
  return { mta, where: whereNow(mta, own, chain) }
}

/** The newest copy that was not handed on for the recipient: an MTA journals its receipt before the one before hears. */
function lastCopy(recipient: string, { received }: MessageHistory): ReceivedEvent | undefined {
  const own = received.filter(({ recipients }) => recipients.includes(recipient))
  const handedOn = new Set(own.map(({ previous }) => previous))
  return own.findLast(({ id }) => !handedOn.has(id))
}

function isFor(event: MessageEvent, recipient: string): boolean {
  return 'recipients' in event && event.recipients.includes(recipient)
}

function bounced({ mta, problem, report, to }: BouncedEvent): string {
  const what = `${isExpiry(problem) ? 'expired at' : 'bounced by'} ${mta}: ${problem}`
  return report === null ? `${what}, nobody was told` : `${what}, report ${report} to ${to}`
}

// RFC 3463 3.5: delivery time expired
function isExpiry(problem: string): boolean {
  return /^5\d\d 5\.4\.7 /.test(problem)
}

/** `events` are those of the copy that are about the recipient. */
function whereNow(mta: string, events: readonly MessageEvent[], chain: ChainConfig): string {
  const last = events.findLast(({ event }) => event !== 'released' && event !== 'reported')
  const deferral = events.findLast((event): event is DeferredEvent => event.event === 'deferred')
  if (isHeld(events)) return `held by hand at ${mta}${deferral ? `, deferred before: ${deferral.problem}` : ''}`
  switch (last?.event) {
    case 'failed':
      return `at ${mta}: ${last.problem}, its report not made yet`
    case 'deferred':
      return deferred(last, events, chain)
    case 'relayed':
      return `handed on by ${mta}: ${last.reply}, and the journal knows no more of it`
    default:
      return `at ${mta}: queued`
  }
}

/** A message that is held while an attempt runs is deferred right after. */
function isHeld(events: readonly MessageEvent[]): boolean {
  return events.findLast(({ event }) => event === 'held' || event === 'released')?.event === 'held'
}

function deferred(last: DeferredEvent, events: readonly MessageEvent[], chain: ChainConfig): string {
  const { mta, problem, nextAttemptAt } = last
  const next = `to be tried again ${at(nextAttemptAt, chain)}`
  const before = events.filter((event): event is DeferredEvent => event.event === 'deferred').at(-2)
  const isUntried = last.attempts === (before?.attempts ?? 0)
  if (!isUntried) return `at ${mta}: ${problem}, ${next}`
  const follower = chain.mtas[chain.mtas.findIndex(({ name }) => name === mta) + 1]
  return `at ${mta}: waits for ${follower?.name ?? 'the next MTA'}, which does not answer: ${problem}, ${next}`
}

/** A chain with a clock of its own has another time than whoever reads this. */
function at(time: string, { clock }: ChainConfig): string {
  return `at ${time}${clock ? ' mail time' : ''}`
}
