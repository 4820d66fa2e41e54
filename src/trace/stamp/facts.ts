/**
 * What a stamp can tell.
 */
import type { Mailbox, ReversePath } from '../../mail/address.js'

export interface StampFacts {
  /** What the client said in HELO or EHLO. */
  readonly helo: string
  /** The client's name in the chain's zone; null where it has none. */
  readonly clientName: string | null
  /** Canonical. */
  readonly clientAddress: string
  readonly hostname: string
  readonly address: string
  /** SMTP, ESMTP or UTF8SMTP: what was really spoken. */
  readonly protocol: string
  /** The queue id. */
  readonly id: string
  readonly recipients: readonly Mailbox[]
  readonly reversePath: ReversePath
  readonly date: Date
  /** As RFC 5322 3.3 writes it: "+0530". */
  readonly zone: string
  /** As the machine calls the zone, where a dialect tells that; absent: as the tz database does without letters. */
  readonly zoneName?: string
  /** Of the program, as its stamp has it; absent: that of the dialect's table. */
  readonly version?: string
}

/** Writes the whole field, or fields, folded, each with its CRLF. */
export type Dialect = (facts: StampFacts) => string
