/**
 * A Received field as it was read (RFC 5321 4.4), whoever wrote it.
 */

export interface ReceivedIssue {
  /** Offset in the field's unfolded text. */
  readonly position: number
  readonly message: string
}

export interface ReceivedFrom {
  /** What the client said in HELO or EHLO, verbatim: a literal keeps its brackets. */
  readonly helo: string | null
  /** The reverse DNS name; null where the field gives none or says unknown. */
  readonly name: string | null
  /** The client's IP address in canonical form. */
  readonly address: string | null
}

export interface ReceivedBy {
  /** The word after `by`, also where that is an address. */
  readonly name: string | null
  readonly address: string | null
}

export interface ReceivedDate {
  readonly instant: Date
  /** Minutes east of UTC; null where the zone is unknown (-0000). */
  readonly offset: number | null
  readonly text: string
}

export interface Received {
  readonly from: ReceivedFrom
  readonly by: ReceivedBy
  readonly via: string | null
  /** `text`: all words of the clause; `protocol`: the first word, in upper case. */
  readonly with: { readonly text: string; readonly protocol: string } | null
  readonly id: string | null
  /** Without < >. */
  readonly for: string | null
  readonly date: ReceivedDate | null
  /** The field's octets as given. */
  readonly raw: Uint8Array
  /** What is not as RFC 5321 4.4 has it; empty for a field in order. */
  readonly issues: readonly ReceivedIssue[]
}

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
}

/** Something in a message's trace fields that does not go together. */
export interface Oddity {
  readonly code: 'broken-link' | 'time-backwards' | 'unreadable' | 'loop'
  /** The Received field it is about, counted from 0 = the top; null where it is about the header. */
  readonly field: number | null
  /** A sentence for people. */
  readonly message: string
}

/** What a message's trace fields tell (RFC 5321 4.4). */
export interface Trace {
  /** Oldest first: the reverse of the fields' order. */
  readonly hops: readonly TraceHop[]
  /** The reverse-path of the topmost Return-Path, null for <>; undefined where there is none that can be read. */
  readonly returnPath: string | null | undefined
  /** Oldest hop first. */
  readonly oddities: readonly Oddity[]
}
