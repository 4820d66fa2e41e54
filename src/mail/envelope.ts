/**
 * The envelope of a transaction (RFC 5321 2.3.1): who a message comes from and where it goes, apart from its content.
 */
import type { Mailbox, ReversePath } from './address.js'
import type { Notify } from './dsn.js'

export interface Recipient {
  readonly mailbox: Mailbox
  /** NOTIFY (RFC 3461 4.1); null where it was not given. */
  readonly notify: readonly Notify[] | null
  /** ORCPT (RFC 3461 4.2), encoded as it came; null where it was not given. */
  readonly originalRecipient: string | null
}

export interface Envelope {
  readonly reversePath: ReversePath
  readonly recipients: readonly Recipient[]
  /** BODY=8BITMIME was given (RFC 6152). */
  readonly eightBit: boolean
  /** SMTPUTF8 was given (RFC 6531). */
  readonly smtpUtf8: boolean
  /** RET (RFC 3461 4.3): what of the content a report of failure returns; null where it was not given. */
  readonly ret: 'full' | 'headers' | null
  /** ENVID (RFC 3461 4.4), encoded as it came; null where it was not given. */
  readonly envelopeId: string | null
}

/** Where in a session something happened. `message` is the final dot. */
export type Stage = 'connect' | 'helo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'message'

declare const queueId: unique symbol
/** Names one MTA's copy of a message; never used twice. */
export type QueueId = string & { readonly [queueId]: true }

const queueIdPattern = /^[0-9A-HJKMNP-TV-Z]{10}$/

export function isQueueId(text: string): text is QueueId {
  return queueIdPattern.test(text)
}
