/**
 * A message's way as it is told: what a story holds, and what it is made from. Times are ISO 8601 with milliseconds, UTC,
 * mail time. Texts are as clients, servers and messages brought them: who shows them makes them safe.
 */
import type { MessageVerdict } from '../../check/types.js'
import type { FaultEvent, Peer } from '../../journal/event.js'
import type { MessageHistory } from '../../journal/journal.js'

/** A line of an SMTP session, as the chain's transcripts have it. */
export interface SpokenLine {
  readonly session: number
  readonly client: Peer
  readonly transaction: number | null
  readonly time: Date
  readonly from: 'client' | 'server' | 'event'
  readonly text: string
  /** Queue id of the copy that the transaction became. */
  readonly id: string | null
  /** The client's copy, where an MTA of the chain is the client. */
  readonly previous: string | null
}

export interface StoryMta {
  readonly name: string
  readonly address: string
}

/** What a story is made from. */
export interface Material {
  /** The message's file. */
  readonly file: string
  /** How many copies of it were sent, this one included. */
  readonly copies: number
  readonly from: string | null
  readonly to: readonly string[]
  /** Octets of the content as it was sent. */
  readonly size: number
  /** When it was sent, mail time. */
  readonly sent: Date
  readonly history: MessageHistory
  /** All that the run had, not only this message's. */
  readonly faults: readonly FaultEvent[]
  /** In travel order. */
  readonly mtas: readonly StoryMta[]
  /** What was said at an MTA. */
  readonly linesOf: (mta: string) => readonly SpokenLine[]
  readonly verdicts: readonly MessageVerdict[]
}

export interface Line {
  readonly from: SpokenLine['from']
  readonly time: string
  readonly text: string
  /** What there is to know of it, in a few words; null where that was said before, or is nothing. */
  readonly hint: string | null
}

/** What was said about one transaction. */
export interface Dialogue {
  /** Counts the sessions of the MTA that was asked, from 1. */
  readonly session: number
  readonly client: Peer
  /** Whether the connection was opened for it or kept from before; null: nobody knows any more. */
  readonly connection: 'new' | 'kept' | null
  /** Greeting and EHLO of the session. */
  readonly opening: readonly Line[]
  readonly lines: readonly Line[]
  /** Lines of it that are left out, behind the first ones. */
  readonly left: number
}

export interface Answer {
  readonly kind: 'taken' | 'deferred' | 'failed'
  readonly recipients: readonly string[]
  /** The reply, or what happened instead of one. */
  readonly said: string
}

/** One attempt to hand a copy on. */
export interface Attempt {
  /** Counted from 1; null where the queue made none: its next MTA was left alone because it did not answer. */
  readonly number: number | null
  /** When it began, or where nobody knows that, ended. */
  readonly time: string
  /** None where the end of it is not known. */
  readonly answers: readonly Answer[]
  /** Fault rules that fired, as "gateway-1: 450 4.7.1 Greylisted", "filter-1: drop". */
  readonly rules: readonly string[]
  /** When it was to be tried again; null where it was not. */
  readonly nextAttemptAt: string | null
  readonly dialogues: readonly Dialogue[]
}

/** A copy that an MTA took over, and how it came there. */
export interface StoryHop {
  readonly mta: string
  /** The MTA's place in the chain, from 1. */
  readonly position: number
  readonly address: string
  readonly id: string
  /** The copy that it came from; null for the client's. */
  readonly previous: string | null
  /** The MTA that it came from; null for the client. */
  readonly sender: string | null
  readonly client: { readonly address: string; readonly helo: string | null }
  readonly time: string
  /** When the copy before was there, or the client began. */
  readonly since: string
  /** From then on, ms. */
  readonly tookMs: number
  /** Why it took as long; null where nothing held it up. */
  readonly reason: string | null
  readonly protocol: string
  readonly recipients: readonly string[]
  readonly size: number
  readonly stamp: string
  /** Those that led to this copy, the last one with success. */
  readonly attempts: readonly Attempt[]
  /** Attempts that are left out, in the middle. */
  readonly attemptsLeft: number
  /** Attempts to hand it on that led to no copy. */
  readonly vain: readonly Attempt[]
  readonly vainLeft: number
  /** What its sender was told about it meanwhile. */
  readonly reports: readonly string[]
}

export interface End {
  readonly recipient: string
  readonly kind: 'delivered' | 'bounced' | 'missing'
  /** Null where it has not come to an end. */
  readonly time: string | null
  readonly mta: string | null
  /** The copy that came to its end. */
  readonly id: string | null
  /** What happened, or where it is, in words; empty for what was delivered. */
  readonly words: string
}

export interface Story {
  readonly file: string
  readonly copies: number
  readonly from: string | null
  readonly to: readonly string[]
  readonly size: number
  readonly verdict: 'pass' | 'fail'
  /** Attempts of the client's that the first MTA took nothing of. */
  readonly refused: readonly Attempt[]
  /** In the order the copies were taken over. */
  readonly hops: readonly StoryHop[]
  /** Copies that are left out at the end of them. */
  readonly hopsLeft: number
  readonly ends: readonly End[]
}

/** What lies in a mailbox. */
export interface StoryMail {
  /** Of the last MTA's copy. */
  readonly id: string
  readonly recipients: readonly string[]
  readonly header: Uint8Array
  /** Octets of the whole message. */
  readonly size: number
}

/** A message of a run with all there is to be told of it. */
export interface ToldMessage {
  readonly story: Story
  readonly verdicts: readonly MessageVerdict[]
  readonly mails: readonly StoryMail[]
}
