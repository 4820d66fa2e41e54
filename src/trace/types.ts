/**
 * A Received field as it was read (RFC 5321 4.4), whoever wrote it.
 */

export interface ReceivedIssue {
  /** Offset in the field's unfolded octets. */
  readonly position: number
  readonly message: string
}

/** Null is what the field does not tell. */
export interface ReceivedFrom {
  /** What the client said in HELO or EHLO, verbatim: a literal keeps its brackets. */
  readonly helo: string | null
  /** The reverse DNS name; null also where the field says unknown. */
  readonly name: string | null
  /** The client's IP address in canonical form: without tag, brackets, zone or port, IPv4-mapped ones as IPv4. */
  readonly address: string | null
  /** The user, by the client's machine's word (RFC 1413), or the user of this machine who handed the message in. */
  readonly ident: string | null
}

export interface ReceivedBy {
  /** The word after `by`, also where that is an address. */
  readonly name: string | null
  /** Canonical. */
  readonly address: string | null
}

export interface ReceivedWith {
  /** All words of the clause. */
  readonly text: string
  /** In upper case: the word of the clause that is a protocol's name, else its first word. */
  readonly protocol: string
  /** Whether the connection was encrypted; null where the field does not say. */
  readonly tls: boolean | null
  /** Whether the client authenticated; null where the field does not say. */
  readonly auth: boolean | null
}

/** As written: programs do not agree on names. */
export interface ReceivedTls {
  readonly version: string | null
  readonly cipher: string | null
}

export interface ReceivedDate {
  readonly instant: Date
  /** Minutes east of UTC; null where the zone is unknown (-0000). */
  readonly offset: number | null
  readonly text: string
}

/** A clause that stands once more: the first one counts. */
export interface RepeatedClause {
  readonly clause: 'from' | 'by' | 'via' | 'with' | 'id' | 'for' | 'tls'
  /** Offset in the field's unfolded text. */
  readonly position: number
  /** What stands behind its keyword. */
  readonly text: string
}

export interface Received {
  readonly from: ReceivedFrom
  readonly by: ReceivedBy
  readonly via: string | null
  readonly with: ReceivedWith | null
  /** What the field says of the encryption; null where it names neither version nor cipher. */
  readonly tls: ReceivedTls | null
  /** Without < >. */
  readonly id: string | null
  /** Without < >. */
  readonly for: string | null
  /** The reverse-path, where the field gives it; without < >, empty for <>. */
  readonly envelopeFrom: string | null
  readonly date: ReceivedDate | null
  /** The program whose way of writing this is; `rfc5321` where it is that document's and nobody's else; null: unknown. */
  readonly dialect: string | null
  readonly repeated: readonly RepeatedClause[]
  /** The field's octets as given. */
  readonly raw: Uint8Array
  /** What is not as RFC 5321 4.4 has it; empty for a field in order. */
  readonly issues: readonly ReceivedIssue[]
}

/** What kind of network an address belongs to (RFC 6890). */
export type AddressScope = 'loopback' | 'private' | 'link-local' | 'shared' | 'documentation' | 'reserved' | 'public'

/** One Received field among those of its message. */
export interface TraceHop {
  /** Counted from 0 = the top among the Received fields. */
  readonly field: number
  readonly received: Received
  /**
   * Milliseconds since the hop before, from whole seconds of both dates; null where one of them is not known, and
   * for the first.
   */
  readonly delayMs: number | null
  /** The same without what the clocks are known to be wrong by; null also where two clocks disagree. Never negative. */
  readonly waitMs: number | null
  /** How much the receiving machine's clock is fast at least (negative: slow), by the hops around; 0: nothing tells. */
  readonly skewMs: number
  /** The kind of the client's address; null where the field gives none. */
  readonly scope: AddressScope | null
  /** Whether a machine of ours wrote the field; null where nobody said which networks are ours. */
  readonly trusted: boolean | null
}

/** Something in a message's trace fields that does not go together. */
export interface Oddity {
  readonly code:
    | 'broken-link'
    | 'time-backwards'
    | 'future-date'
    | 'unreadable'
    | 'mixed-line-ends'
    | 'loop'
    | 'forged-helo'
    | 'claims-our-name'
    | 'repeated-clause'
    | 'tls-lost'
    | 'odd-id'
  /** `info`: ordinary mail has it too. */
  readonly severity: 'warning' | 'info'
  /** The Received field it is about, counted from 0 = the top; null where it is about the header. */
  readonly field: number | null
  /** A sentence for people. */
  readonly message: string
}

/** Where trust ends: the oldest field that a machine of ours wrote. All that stands below is a claim. */
export interface TrustBoundary {
  readonly field: number
  /** The first address beyond our networks, which a filter would judge; null where the field gives none. */
  readonly address: string | null
  /**
   * Why it ends there: at an `address` beyond; the field names a client without its address (`no-address`) or can't be
   * read (`unreadable`); it does not: no field is left (`all-ours`).
   */
  readonly reason: 'address' | 'no-address' | 'unreadable' | 'all-ours'
}

/** What a message's trace fields tell (RFC 5321 4.4). */
export interface Trace {
  /** Oldest first: the reverse of the fields' order. */
  readonly hops: readonly TraceHop[]
  /** From the oldest hop to the newest, without what the clocks are known to be wrong by; null where unknown. */
  readonly totalMs: number | null
  /** Null where nobody said which networks are ours, and where there are no hops. */
  readonly boundary: TrustBoundary | null
  /** The reverse-path of the topmost Return-Path, null for <>; undefined where there is none that can be read. */
  readonly returnPath: string | null | undefined
  /** Oldest hop first. */
  readonly oddities: readonly Oddity[]
}
