/**
 * What the journal says of reports.
 */
import type { BouncedEvent, ReportedEvent } from '../journal/event.js'
import type { Mailbox } from '../mail/address.js'
import type { QueueId } from '../mail/envelope.js'
import { describeProblem } from '../mail/problem.js'
import type { QueueItem, RecipientState } from '../queue/item.js'
import type { Due } from './reports-due.js'

/** The report that was made, and where it goes. */
export interface Made {
  readonly id: QueueId
  readonly digest: string
  readonly to: Mailbox
  readonly by: 'mailbox' | 'route'
}

type Failed = Extract<RecipientState, { readonly state: 'failed' }>

/** `made` is null where nobody is told. */
export function eventsOf(item: QueueItem, due: Due, made: Made | null, now: Date): (BouncedEvent | ReportedEvent)[] {
  const about = { time: now.toISOString(), mta: item.mta, id: item.id }
  const told = new Set<string>(made ? due.told.map(({ mailbox }) => mailbox) : [])
  if (due.kind === 'failure') {
    return item.recipients
      .filter((recipient): recipient is Failed => recipient.state === 'failed')
      .map(({ mailbox, problem }) => {
        const where =
          made && told.has(mailbox) ? { report: made.id, digest: made.digest, to: made.to, by: made.by } : noReport
        return { event: 'bounced', ...about, recipients: [mailbox], problem: describeProblem(problem), ...where }
      })
  }
  if (!made) return []
  return actions.flatMap(action => {
    const recipients = due.affected.filter(each => each.action === action).map(({ recipient }) => recipient.mailbox)
    if (recipients.length === 0) return []
    const { id: report, digest, to, by } = made
    return [{ event: 'reported', ...about, recipients, action, report, digest, to, by }]
  })
}

const actions = ['delayed', 'delivered', 'relayed'] as const
const noReport = { report: null, digest: null, to: null, by: null }
