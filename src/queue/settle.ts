/**
 * What becomes of an item by the outcomes of an attempt.
 */
import type { Retry } from '../config/types.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import { formatReply } from '../mail/reply.js'
import { isPending, type QueueItem, type RecipientState } from './item.js'
import { waitAfter } from './schedule.js'

/** An attempt owes an outcome for each recipient: one that is left out is tried again. */
const leftOut: Outcome = {
  kind: 'deferred',
  problem: { stage: 'message', reply: null, cause: 'the attempt said nothing of this recipient' },
}

/**
 * The item after an attempt that ended at `now`; recipients whose time is over have failed. What was settled before
 * stays. `isTried` is false where its destination did not answer others, and it was not tried itself.
 */
export function settle(item: QueueItem, outcomes: Outcomes, now: Date, retry: Retry, isTried = true): QueueItem {
  const attempts = item.attempts + (isTried ? 1 : 0)
  const isExpired = now >= item.expiresAt
  const recipients = item.recipients.map(recipient => {
    if (!isPending(recipient)) return recipient
    return settleRecipient(recipient, outcomes.get(recipient.mailbox) ?? leftOut, isExpired)
  })
  const next = now.getTime() + waitAfter(Math.max(attempts, 1), retry)
  // the last attempt falls on the expiry, so that nothing expires untried; a report that is owed has no such end
  const nextAttempt = recipients.some(isPending) ? Math.min(next, item.expiresAt.getTime()) : next
  return { ...item, recipients, attempts, nextAttemptAt: new Date(nextAttempt) }
}

function settleRecipient({ mailbox }: RecipientState, outcome: Outcome, isExpired: boolean): RecipientState {
  if (outcome.kind === 'delivered') {
    const { reply, owes } = outcome
    return { mailbox, state: 'delivered', reply, ...(owes ? { owes } : {}) }
  }
  if (outcome.kind === 'failed') return { mailbox, state: 'failed', problem: outcome.problem }
  if (isExpired) return { mailbox, state: 'failed', problem: expired(outcome.problem), last: outcome.problem }
  return { mailbox, state: 'deferred', problem: outcome.problem }
}

// RFC 3463 3.5: X.4.7 delivery time expired
function expired(last: Problem): Problem {
  const said = last.reply ? formatReply(last.reply) : last.cause
  return {
    stage: last.stage,
    reply: { code: 554, enhanced: '5.4.7', text: `Delivery time expired: ${said}` },
    by: 'here',
    cause: 'expired',
  }
}
