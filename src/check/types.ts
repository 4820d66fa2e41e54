/**
 * What the checker is given and what it says.
 */
import type { Journal } from '../journal/journal.js'

/** One MTA that a message is expected to pass. */
export interface ExpectedHop {
  /** The MTA's name in the chain. */
  readonly mta: string
  /** The name its stamp gives after `by`; null: not known, any is right. */
  readonly hostname: string | null
  /** The address its stamp gives, canonical; null: not known, any is right. */
  readonly address: string | null
  /** How its stamps look, as in chain.json: a dialect's name or a template. null: not known; absent: rfc5321. */
  readonly stamp?: string | null
  /** How far its clock is known to be ahead, milliseconds; absent: not at all. */
  readonly skew?: number
}

/** The way a message is expected to take, the first MTA first. */
export interface ExpectedPath {
  readonly hops: readonly ExpectedHop[]
  /** The recipient whose copy is checked; absent: not known. */
  readonly recipient?: string
  /** The envelope's reverse-path, null for <>; absent: not known. */
  readonly reversePath?: string | null
}

export interface CheckOptions {
  /** The chain's journal: with it the checker proves everything, without it what a message alone can prove. */
  readonly journal?: Journal
  /** A message that the journal does not know is an error, not only evidence from the message alone. Default: false. */
  readonly requireJournal?: boolean
}

export type Evidence = 'message' | 'message+journal'

export type FindingCode =
  | 'not-delivered'
  | 'malformed'
  | 'wrong-order'
  | 'missing-hop'
  | 'loop'
  | 'unexpected-hop'
  | 'by-address'
  | 'by-name'
  | 'from-address'
  | 'from-name'
  | 'from-helo'
  | 'protocol'
  | 'for'
  | 'return-path'
  | 'queue-id'
  | 'date'
  | 'content-changed'
  | 'time-backwards'
  | 'claimed-hop'
  | 'clock-skew'
  | 'delayed'
  | 'duplicate'
  | 'bounced'
  | 'other-path'

export type Severity = 'error' | 'warning' | 'info'

export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** The expected hop it is about, counted from 1 = the first MTA; null where it is about none. */
  readonly position: number | null
  /** The Received field it is about, counted from 0 = the top; null where there is none. */
  readonly field: number | null
  readonly expected: string | null
  readonly found: string | null
  /** A sentence for people. */
  readonly message: string
}

/** One transfer of the message as its Received field tells it. */
export interface Hop {
  readonly position: number | null
  readonly field: number
  readonly mta: string | null
  /** False from the first error down, the hop in error included, and for every claim. */
  readonly trusted: boolean
  readonly from: { readonly helo: string | null; readonly name: string | null; readonly address: string | null }
  readonly by: { readonly name: string | null; readonly address: string | null }
  readonly with: string | null
  readonly id: string | null
  readonly for: string | null
  /** ISO 8601, UTC, whole seconds. */
  readonly date: string | null
  /** Milliseconds since the hop before; whole seconds where only the dates tell; null for the first. */
  readonly delayMs: number | null
}

export interface MessageVerdict {
  readonly file: string | null
  readonly recipient: string | null
  readonly delivered: boolean
  readonly verdict: 'pass' | 'fail'
  readonly evidence: Evidence
  /** Hops above the trust boundary, oldest first. */
  readonly path: readonly Hop[]
  /** What stands below it: claims, oldest first. */
  readonly claimed: readonly Hop[]
  readonly findings: readonly Finding[]
}

/** Of all messages together. */
export interface Verdict {
  readonly verdict: 'pass' | 'fail'
  readonly evidence: Evidence
  readonly messages: readonly MessageVerdict[]
}
