/**
 * What came of one attempt to hand a message on, for one recipient.
 */
import type { Mailbox } from './address.js'
import type { Problem } from './problem.js'
import type { Reply } from './reply.js'

export type Outcome =
  | {
      readonly kind: 'delivered'
      readonly reply: Reply
      /** A report of success that the sender asked for and that nobody further on will make (RFC 3461 5.2.2, 5.2.3). */
      readonly owes?: 'delivered' | 'relayed' | undefined
    }
  | { readonly kind: 'deferred' | 'failed'; readonly problem: Problem }

/** Outcomes of one attempt, one for each recipient that was tried. */
export type Outcomes = ReadonlyMap<Mailbox, Outcome>

/** The same for every recipient. */
export function forAll(recipients: readonly Mailbox[], outcome: Outcome): Outcomes {
  return new Map(recipients.map(recipient => [recipient, outcome]))
}
