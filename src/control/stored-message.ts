/**
 * Routes about one message in a mailbox. It is known by its recipient and its queue id: one copy may lie in several
 * mailboxes.
 */
import type { StoredMessage } from '../mailbox/mailbox.js'
import type { Controlled } from './controlled.js'
import { type Answer, type Asked, type Refusal, refusal, type Route, route } from './route.js'

interface StoredMessageSpec extends Pick<Route, 'method' | 'summary' | 'type' | 'answer' | 'heavy'> {
  /** Behind the message's own path, as /raw. */
  readonly below?: string
  /** Null where the message has gone meanwhile. */
  readonly run: (message: StoredMessage, controlled: Controlled) => Answer | null | Promise<Answer | null>
}

/** One that is not there, or not any more, is refused. */
export function aboutMessage({ below = '', run, ...facts }: StoredMessageSpec): Route {
  return route({
    ...facts,
    path: `/messages/:recipient/:id${below}`,
    refusals: { 404: 'No mailbox has it.' },
    run: async ({ params }, controlled) => {
      const message = await controlled.chain.mailboxes.find(params['recipient'] ?? '', params['id'] ?? '')
      return (message && (await run(message, controlled))) ?? unknown(params)
    },
  })
}

function unknown({ recipient = '', id = '' }: Asked['params']): Refusal {
  const expected = 'recipient and id of a message that GET /messages lists'
  return refusal(404, `the mailbox of ${JSON.stringify(recipient)} has no message ${JSON.stringify(id)}`, expected)
}
