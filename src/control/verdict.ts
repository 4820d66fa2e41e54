/**
 * The checker's verdict on a message in a mailbox, proved by what the journal knows of it.
 */
import { buffer } from 'node:stream/consumers'
import { originOf } from '../chain/deliveries.js'
import { check } from '../check/check.js'
import type { ExpectedPath } from '../check/types.js'
import type { MessageHistory } from '../journal/journal.js'
import { MemoryJournal } from '../journal/memory.js'
import { parseMailbox } from '../mail/address.js'
import type { StoredMessage } from '../mailbox/mailbox.js'
import type { Controlled } from './controlled.js'
import { verdictSchema } from './message-answers.js'
import type { Route } from './route.js'
import { aboutMessage } from './stored-message.js'

export const verdictRoutes: readonly Route[] = [
  aboutMessage({
    method: 'GET',
    below: '/verdict',
    summary: 'Did this message go the expected way? Proved by the journal, as far as that knows it.',
    type: 'application/json',
    answer: verdictSchema,
    heavy: true,
    run: async (message, { chain, history: historyOf }) => {
      const content = await buffer(chain.mailboxes.content(message))
      const history = await historyOf(message.id)
      const expected = expectedPath(message, history, chain)
      const verdict = await check(content, expected, history ? { journal: journalOf(history) } : {})
      return { document: { ...verdict, recipient: message.recipient, file: message.file } }
    },
  }),
]

function expectedPath(
  { recipient, id }: StoredMessage,
  history: MessageHistory | null,
  chain: Controlled['chain'],
): ExpectedPath {
  const mailbox = parseMailbox(recipient)
  const origin = history && originOf(history, id)
  return mailbox === null || !origin ? chain.expectedPath() : chain.expectedPath({ recipient: mailbox, ...origin })
}

/** The journal of this message alone: the whole one is not held in memory. */
function journalOf({ events, faults }: MessageHistory): MemoryJournal {
  const journal = new MemoryJournal()
  for (const event of [...events, ...faults]) journal.append(event)
  return journal
}
