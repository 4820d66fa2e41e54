/**
 * Soft or hard is decided here and nowhere else: by what was said, at which stage, and whom it concerns (RFC 5321
 * 4.2.1). The site: connecting, greeting, HELO, 421, a connection that broke: all deferred. The message: MAIL, DATA,
 * the final dot: by the reply's first digit for all. A recipient: RCPT: by the reply's first digit for that one.
 */
import type { Mailbox } from '../mail/address.js'
import { type DsnRequest, isToldOf } from '../mail/dsn.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import type { Transmission } from './transmission.js'

function judgeProblem(problem: Problem): Outcome {
  return { kind: isForGood(problem) ? 'failed' : 'deferred', problem }
}

/** `dsn`: what the sender wants to be told of them. */
export function judge(
  recipients: readonly Mailbox[],
  transmission: Transmission,
  dsn: DsnRequest | undefined,
): Outcomes {
  const wanting = new Set(
    dsn?.recipients.filter(recipient => isToldOf('success', recipient)).map(({ mailbox }) => mailbox),
  )
  return new Map(recipients.map(each => [each, judgeRecipient(each, transmission, wanting.has(each))]))
}

function judgeRecipient(recipient: Mailbox, transmission: Transmission, wantsReport: boolean): Outcome {
  const refused = transmission.refused.get(recipient)
  if (refused) return judgeProblem(refused)
  if (transmission.kind === 'taken') {
    const { reply, reports } = transmission
    // RFC 3461 5.2.2: relayed to where DSN ends
    return wantsReport && !reports ? { kind: 'delivered', reply, owes: 'relayed' } : { kind: 'delivered', reply }
  }
  return judgeProblem(transmission.problem)
}

function isForGood(problem: Problem): boolean {
  const { stage, reply } = problem
  if (stage === 'connect' || stage === 'helo') return false
  // RFC 5321 4.2.1: 5yz is permanent; 4.2.4: 503 means that the two sides lost step, which a new session mends
  return reply !== null && reply.code >= 500 && reply.code !== 503 && !isOverLimit(problem)
}

/**
 * True where the other side takes no more recipients in this transaction: 452, or 552 from those that follow RFC 821
 * (RFC 5321 4.5.3.1.10). Its enhanced code tells it from other reasons, where there is one (RFC 3463 3.6: X.5.3).
 */
export function isOverLimit({ stage, reply }: Problem): boolean {
  if (stage !== 'rcpt' || reply === null || (reply.code !== 452 && reply.code !== 552)) return false
  return reply.enhanced === null || reply.enhanced.endsWith('.5.3')
}
