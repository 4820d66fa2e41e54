/**
 * What came of one transaction, told from the replies that were given. Every recipient is in `refused` or shares the
 * fate of all others; a reply once given to a recipient is not lost when the connection breaks later.
 */
import type { Mailbox } from '../mail/address.js'
import type { Stage } from '../mail/envelope.js'
import type { Problem } from '../mail/problem.js'
import type { Reply } from '../mail/reply.js'
import { type Answer, type Asked, isPassed } from './dialogue.js'

/** `refused` holds recipients that were refused one by one; `reply` or `problem` is about all the others. */
export type Transmission =
  | {
      readonly kind: 'taken'
      readonly reply: Reply
      readonly refused: ReadonlyMap<Mailbox, Problem>
      /** The other side reports by itself what the sender wants to know (RFC 3461). */
      readonly reports: boolean
    }
  | { readonly kind: 'not-taken'; readonly problem: Problem; readonly refused: ReadonlyMap<Mailbox, Problem> }

export function notTaken(problem: Problem): Transmission {
  return { kind: 'not-taken', problem, refused: new Map() }
}

/** `failure` is null where the transaction went its way to the end. */
export function transmissionOf(
  recipients: readonly Mailbox[],
  answers: readonly Answer[],
  failure: Problem | null,
  reports: boolean,
): Transmission {
  const mail = answers.find(({ stage }) => stage === 'mail')
  // what a server says to RCPT after it has refused MAIL is about no recipient
  const refused = mail && isPassed(mail) ? refusals(recipients, answers) : new Map<Mailbox, Problem>()
  const last = answers.at(-1)
  if (failure === null && last?.stage === 'message') return { kind: 'taken', reply: last.reply, refused, reports }
  const decisive = decisiveOf(answers)
  const common = decisive ? problemOf(decisive) : (failure ?? noResult)
  // with every recipient refused, what is said to DATA is about none
  const problem = refused.size === recipients.length ? ([...refused.values()].at(-1) ?? common) : common
  return { kind: 'not-taken', problem, refused }
}

const noResult: Problem = { stage: 'message', reply: null, cause: 'no reply to the final dot' }

function refusals(recipients: readonly Mailbox[], answers: readonly Answer[]): Map<Mailbox, Problem> {
  const refused = new Map<Mailbox, Problem>()
  answers
    .filter(({ stage }) => stage === 'rcpt')
    .forEach((answer, at) => {
      const recipient = recipients[at]
      if (recipient !== undefined && !isPassed(answer)) refused.set(recipient, problemOf(answer))
    })
  return refused
}

/** The reply that ended the transaction for all. */
function decisiveOf(answers: readonly Answer[]): Answer | undefined {
  const last = answers.at(-1)
  // RFC 5321 3.8: after 421 the server closes the connection, whatever it was asked
  if (last?.reply.code === 421) return last
  return answers.find(answer => answer.stage !== 'rcpt' && !isPassed(answer))
}

export function problemOf({ stage, reply }: Answer): Problem {
  return { stage: stageOf(stage), reply, cause: reply.text }
}

function stageOf(asked: Asked): Stage {
  return asked === 'other' ? 'mail' : asked
}
