/**
 * Which reports an item owes, about whom, and what the item is once they are made.
 */
import type { Affected } from '../bounce/report.js'
import { isToldOf } from '../mail/dsn.js'
import type { Recipient } from '../mail/envelope.js'
import type { QueueId } from '../mail/envelope.js'
import type { Retry } from '../config/types.js'
import type { QueueItem, RecipientState } from '../queue/item.js'
import { isWarningDue } from '../queue/report-due.js'

export interface Due {
  readonly kind: 'failure' | 'success' | 'delay'
  /** Those of whom somebody is told; none where nobody wants to know. */
  readonly told: readonly Recipient[]
  readonly affected: readonly Affected[]
}

const kinds = ['failure', 'success', 'delay'] as const

export function reportsDue(item: QueueItem, now: Date, retry: Pick<Retry, 'warn'>): Due[] {
  const isLate = isWarningDue(item, now, retry)
  return kinds.flatMap(kind => {
    const states = item.recipients.filter(state => isAbout(state, kind) && (kind !== 'delay' || isLate))
    if (states.length === 0) return []
    const affected = states.flatMap(state => {
      const recipient = recipientOf(item, state)
      return isTold(item, kind, recipient) ? [affectedOf(state, recipient)] : []
    })
    return [{ kind, told: affected.map(({ recipient }) => recipient), affected }]
  })
}

function isAbout(state: RecipientState, kind: Due['kind']): boolean {
  if (kind === 'failure') return state.state === 'failed'
  if (kind === 'delay') return state.state === 'deferred'
  return state.state === 'delivered' && state.owes !== undefined
}

/** RFC 5321 4.5.5, 6.1: nobody is told of what has the null reverse-path; what of it fails is the postmaster's. */
function isTold({ envelope }: QueueItem, kind: Due['kind'], recipient: Recipient): boolean {
  return envelope.reversePath === null ? kind === 'failure' : isToldOf(kind, recipient)
}

function recipientOf({ envelope }: QueueItem, { mailbox }: RecipientState): Recipient {
  const known = envelope.recipients.find(recipient => recipient.mailbox === mailbox)
  return known ?? { mailbox, notify: null, originalRecipient: null }
}

function affectedOf(state: RecipientState, recipient: Recipient): Affected {
  switch (state.state) {
    case 'failed':
      return {
        recipient,
        action: 'failed',
        problem: state.last ?? state.problem,
        reply: null,
        expired: state.last !== undefined,
      }
    case 'deferred':
      return { recipient, action: 'delayed', problem: state.problem, reply: null, expired: false }
    case 'delivered':
      return { recipient, action: state.owes ?? 'delivered', problem: null, reply: state.reply, expired: false }
    case 'queued':
    case 'bounced':
      throw new TypeError(`nothing is to be told of a recipient that is ${state.state}`)
  }
}

/** The item with the report noted; `report` is null where nobody was told. */
export function withReport(item: QueueItem, { kind, told }: Due, report: QueueId | null): QueueItem {
  if (kind === 'delay') return { ...item, warned: true }
  const mailboxes = new Set(told.map(({ mailbox }) => mailbox))
  const recipients = item.recipients.map((state): RecipientState => {
    const { mailbox } = state
    if (kind === 'failure' && state.state === 'failed') {
      const { problem } = state
      return { mailbox, state: 'bounced', problem, report: mailboxes.has(mailbox) ? report : null }
    }
    if (kind === 'success' && state.state === 'delivered') return { mailbox, state: 'delivered', reply: state.reply }
    return state
  })
  return { ...item, recipients }
}
