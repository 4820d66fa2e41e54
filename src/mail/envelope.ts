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

/** One of ours, or of the program that an MTA stamps like (queue/id-styles): no text is of two forms. */
const queueIdForms = [
  /^[0-9A-HJKMNP-TV-Z]{10}$/,
  // Postfix: microseconds and inode
  /^[0-9A-F]{11,13}$/,
  // Exim 4.97: time, process, fraction
  /^[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}$/,
  // Sendmail: time, sequence, process
  /^[0-9A-Za-x]{8}\d{6,13}$/,
  // OpenSMTPD: message and envelope
  /^[0-9a-f]{8}a[0-9a-f]{7}$/,
  // Courier: inode, time, process
  /^[0-9A-F]{16}\.[0-9A-F]{16}\.[0-9A-F]{8}$/,
  // Haraka: a UUID, the transaction's number
  /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\.1$/,
  // KumoMTA: a UUID without its hyphens
  /^[0-9a-f]{12}1[0-9a-f]{19}$/,
  // PowerMTA
  /^h[0-9a-z]{11}$/,
  // Gmail
  /^[0-9a-f]{13}-[0-9a-f]{11}si\d{1,10}[a-z]{3}\.\d{1,3}(?:\.\d{2,4}){6}$/,
  // SES
  /^[0-9a-v]{39}1$/,
  // SendGrid
  /^[0-9A-Za-z][0-9A-Za-z_-]{21}$/,
]

export function isQueueId(text: string): text is QueueId {
  return queueIdForms.some(form => form.test(text))
}
