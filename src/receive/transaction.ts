/**
 * What the listener hands on: a transaction whose recipients are accepted, and a place for its content.
 */
import type { Client } from '../journal/event.js'
import type { Envelope, Stage } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'

/** Protocol types that a listener without TLS and AUTH speaks (RFC 3848, RFC 6531 3.7.3). */
export type Protocol = 'SMTP' | 'ESMTP' | 'UTF8SMTP'

export interface HeloClient extends Client {
  readonly helo: string
}

export interface Transaction {
  readonly client: HeloClient
  readonly protocol: Protocol
  readonly envelope: Envelope
}

/** What was found out about a content while it passed. */
export interface ContentFacts {
  readonly size: number
  readonly eightBit: boolean
  /** The message's own header has octets above 127; headers of MIME parts are not looked at. */
  readonly utf8Header: boolean
  /** False where it would be read as part of a field put in front of it. */
  readonly beginsWithFieldOrEmptyLine: boolean
}

/** A message being received. After `take` or `discard` it is over. */
export interface Receiving {
  /** Takes some octets; returns a promise where the sender must wait for it, null otherwise. */
  write(chunk: Uint8Array): Promise<void> | null
  /** All octets are there: resolves with 250 once the message cannot be lost any more; rejects where it could not be kept. */
  take(facts: ContentFacts): Promise<Reply>
  /** Forgets what was written. */
  discard(): void
}

/** Something was not taken. */
export interface Refusal {
  readonly stage: Stage
  readonly client: Client
  readonly reversePath: string | null
  readonly recipients: readonly string[]
  readonly reply: Reply
}
