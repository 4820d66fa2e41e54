/**
 * A message in the queue, and what has become of each of its recipients.
 */
import type { ReceivedEvent } from '../journal/event.js'
import type { Mailbox } from '../mail/address.js'
import type { Envelope, QueueId } from '../mail/envelope.js'
import type { Problem } from '../mail/problem.js'
import type { Reply } from '../mail/reply.js'

/**
 * `queued`: to be tried; `deferred`: tried, and to be tried again; `delivered`: handed on; `failed`: refused for good,
 * or expired, and kept with what was said.
 */
export type RecipientState =
  | { readonly mailbox: Mailbox; readonly state: 'queued' }
  | { readonly mailbox: Mailbox; readonly state: 'deferred'; readonly problem: Problem }
  | { readonly mailbox: Mailbox; readonly state: 'delivered'; readonly reply: Reply }
  | { readonly mailbox: Mailbox; readonly state: 'failed'; readonly problem: Problem }

export type Origin = Pick<ReceivedEvent, 'previous' | 'client' | 'protocol' | 'digest'>

export interface QueueItem {
  readonly id: QueueId
  /** Name of the MTA that holds it. */
  readonly mta: string
  readonly envelope: Envelope
  readonly recipients: readonly RecipientState[]
  /** The field put in front of the content; with an empty line after it where the content needs one. */
  readonly stamp: string
  /** Octets of the content, without the stamp. */
  readonly size: number
  /** The content has octets above 127. */
  readonly eightBit: boolean
  /** What else the journal says of its receipt, to be said again where that was lost; items of older spools have none. */
  readonly origin?: Origin | undefined
  readonly receivedAt: Date
  readonly attempts: number
  readonly nextAttemptAt: Date
  readonly expiresAt: Date
  /** By hand: not tried until it is released. */
  readonly held: boolean
}

export function isPending({ state }: RecipientState): boolean {
  return state === 'queued' || state === 'deferred'
}

/** Recipients that the next attempt is for. */
export function pending(item: QueueItem): Mailbox[] {
  return item.recipients.filter(isPending).map(({ mailbox }) => mailbox)
}
