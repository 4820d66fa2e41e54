/**
 * The journal of a delivered message that had a hard time: the third MTA was deferred, had its message taken twice by the
 * fourth, and bounced it for somebody else.
 */
import type { MessageEvent, ReceivedEvent } from '../../src/journal/event.js'
import type { Journal } from '../../src/journal/journal.js'
import { type Delivered, historyOf, journalOf, queueId } from '../support/delivered-message.js'

/** `end`: what became of the second copy. */
export function eventful(delivered: Delivered, end: 'delivered' | 'bounced' | 'dropped' = 'delivered'): Journal {
  const history = historyOf(delivered)
  const [third, fourth] = history.received.slice(2)
  if (!third || !fourth) throw new Error('no fourth MTA')
  const { time, mta, id, recipients } = third
  const again: ReceivedEvent = { ...fourth, id: queueId(888) }
  const events: MessageEvent[] = history.events.flatMap((event): MessageEvent[] =>
    event === fourth
      ? [
          {
            event: 'deferred',
            time,
            mta,
            id,
            recipients,
            problem: '450 4.7.1 No (at rcpt)',
            attempts: 1,
            nextAttemptAt: time,
          },
          fourth,
          {
            event: 'deferred',
            time,
            mta,
            id,
            recipients,
            problem: 'ECONNRESET (at message)',
            attempts: 2,
            nextAttemptAt: time,
          },
          again,
          endOf(again, end),
          { ...bounce, time, mta, id, recipients: ['c@example.test'] },
        ]
      : [event],
  )
  return journalOf([{ ...history, received: [...history.received, again], events }])
}

const bounce = {
  event: 'bounced',
  problem: '550 5.1.1 No such mailbox (at rcpt)',
  report: null,
  digest: null,
  to: null,
  by: null,
} as const

function endOf({ time, mta, id, recipients }: ReceivedEvent, end: 'delivered' | 'bounced' | 'dropped'): MessageEvent {
  const about = { time, mta, id, recipients }
  if (end === 'bounced') return { ...bounce, ...about }
  if (end === 'dropped') return { event: 'dropped', ...about }
  return { event: 'delivered', time, mta, id, recipient: recipients[0] ?? '', file: null }
}
