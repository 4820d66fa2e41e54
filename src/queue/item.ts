/**
 * A message in the queue, and what has become of each of its recipients.
 */
import type { ReceivedEvent } from '../journal/event.js'
import type { Mailbox } from '../mail/address.js'
import type { Envelope, QueueId } from '../mail/envelope.js'
import type { Problem } from '../mail/problem.js'
import type { Reply } from '../mail/reply.js'

/**
 * `queued`: to be tried; `deferred`: tried, and to be tried again; `delivered`: handed on, `owes` being the report of it
 * that is still to be made; `failed`: refused for good, or expired (`last` is what the last attempt met), the sender being
 * still to be told; `bounced`: the sender was told with `report`, or is not to be told (null).
 */
export type RecipientState =
  | { readonly mailbox: Mailbox; readonly state: 'queued' }
  | { readonly mailbox: Mailbox; readonly state: 'deferred'; readonly problem: Problem }
  | { readonly mailbox: Mailbox; readonly state: 'delivered'; readonly reply: Reply; readonly owes?: Success }
  | {
      readonly mailbox: Mailbox
      readonly state: 'failed'
      readonly problem: Problem
      readonly last?: Problem | undefined
    }
  | { readonly mailbox: Mailbox; readonly state: 'bounced'; readonly problem: Problem; readonly report: QueueId | null }

export type Success = 'delivered' | 'relayed' | undefined

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
  /** Its header has octets above 127; absent where that is not known: then SMTPUTF8 in the envelope says it. */
  readonly utf8Header?: boolean | undefined
  /** What else the journal says of its receipt, to be said again where that was lost; items of older spools have none. */
  readonly origin?: Origin | undefined
  readonly receivedAt: Date
  readonly attempts: number
  readonly nextAttemptAt: Date
  readonly expiresAt: Date
  /** By hand: not tried until it is released. */
  readonly held: boolean
  /** The sender was told of the delay. */
  readonly warned?: boolean | undefined
  /** It goes into a mailbox of this MTA's, whatever comes after the MTA. */
  readonly local?: boolean | undefined
}

export function isPending({ state }: RecipientState): boolean {
  return state === 'queued' || state === 'deferred'
}

/** Recipients that the next attempt is for. */
export function pending(item: QueueItem): Mailbox[] {
  return item.recipients.filter(isPending).map(({ mailbox }) => mailbox)
}

/** Nothing is left to do for it. */
export function isFinished({ recipients }: QueueItem): boolean {
  return recipients.every(recipient => recipient.state === 'bounced' || isDelivered(recipient))
}

function isDelivered(recipient: RecipientState): boolean {
  return recipient.state === 'delivered' && recipient.owes === undefined
}
