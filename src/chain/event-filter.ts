/**
 * Which events somebody waits for.
 */
import type { JournalEvent, MessageEvent, ReceivedEvent } from '../journal/event.js'
import { matchesMailbox } from '../mail/glob.js'

/** All kinds of events, and `queued`: an MTA has the message in its queue (received, or released). */
export const awaitedEvents = [
  'queued',
  'received',
  'refused',
  'fault',
  'relayed',
  'delivered',
  'deferred',
  'failed',
  'bounced',
  'reported',
  'held',
  'released',
  'dropped',
  'set-aside',
] as const satisfies (JournalEvent['event'] | 'queued')[]

export type AwaitedEvent = JournalEvent['event'] | 'queued'

type KindOf<Kind extends AwaitedEvent> = Kind extends 'queued' ? 'received' | 'released' : Kind

/** What is waited for by that name. */
export type EventOf<Kind extends AwaitedEvent> = Extract<JournalEvent, { readonly event: KindOf<Kind> }>

/** All that is given must fit. */
export interface EventFilter {
  /** The MTA's name. */
  readonly mta?: string
  /** The queue id of the copy. */
  readonly id?: string
  /** Any copy of this message: what `send` or `inject` gave. */
  readonly message?: { readonly ids: readonly string[] }
  /** The reverse-path, * standing for anything; <> is the null one. */
  readonly from?: string
  /** A recipient, * standing for anything. */
  readonly to?: string
  /** Somewhere in the reply, or in the problem where there was none. */
  readonly reply?: string | RegExp | undefined
}

/** The copies that are known, by queue id. */
export type Copies = ReadonlyMap<string, ReceivedEvent>

export function isOfKind<Kind extends AwaitedEvent>(kind: Kind, event: JournalEvent): event is EventOf<Kind> {
  if (kind === 'queued') return event.event === 'received' || event.event === 'released'
  return event.event === kind
}

export function fitsFilter(event: JournalEvent, filter: EventFilter, copies: Copies): boolean {
  const { mta, id, message, from, to, reply } = filter
  return (
    (mta === undefined || event.mta === mta) &&
    (id === undefined || idOf(event) === id) &&
    (message === undefined || isOf(event, message.ids, copies)) &&
    (from === undefined || matchesMailbox(from, reversePathOf(event, copies) ?? '<>')) &&
    (to === undefined || recipientsOf(event).some(recipient => matchesMailbox(to, recipient))) &&
    (reply === undefined || says(event, reply))
  )
}

function idOf(event: JournalEvent): string | null {
  if ('id' in event) return event.id
  return event.event === 'fault' ? event.previous : null
}

/** Copies come from one another, back to the first. */
function isOf(event: JournalEvent, firsts: readonly string[], copies: Copies): boolean {
  for (let id = idOf(event); id !== null; id = copies.get(id)?.previous ?? null) if (firsts.includes(id)) return true
  return false
}

function reversePathOf(event: JournalEvent, copies: Copies): string | null | undefined {
  if ('reversePath' in event) return event.reversePath
  return isMessageEvent(event) ? copies.get(event.id)?.reversePath : undefined
}

function isMessageEvent(event: JournalEvent): event is MessageEvent {
  return 'id' in event
}

function recipientsOf(event: JournalEvent): readonly string[] {
  if ('recipients' in event) return event.recipients
  return event.event === 'delivered' ? [event.recipient] : []
}

function says(event: JournalEvent, wanted: string | RegExp): boolean {
  const said = [
    ...('reply' in event && event.reply !== null ? [event.reply] : []),
    ...('problem' in event ? [event.problem] : []),
    ...(event.event === 'fault' ? [event.action] : []),
  ]
  // a pattern with the flag g goes on from where it was
  return said.some(text => (typeof wanted === 'string' ? text.includes(wanted) : text.search(wanted) !== -1))
}
