/**
 * The checker's verdict on a message in a mailbox, proved by what the journal knows of it.
 */
import { check } from '../check/check.js'
import type { ExpectedPath } from '../check/types.js'
import { type MessageHistory, wayOf } from '../journal/journal.js'
import { MemoryJournal } from '../journal/memory.js'
import { parseMailbox } from '../mail/address.js'
import type { StoredMessage } from '../mailbox/mailbox.js'
import type { Controlled } from './controlled.js'
import { verdictSchema } from './message-answers.js'
import { find, goneRefusal, messagePath } from './messages.js'
import { type Route, route } from './route.js'

export const verdictRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: `${messagePath}/verdict`,
    summary: 'Did this message go the expected way? Proved by the journal, as far as that knows it.',
    type: 'application/json',
    answer: verdictSchema,
    refusals: goneRefusal,
    heavy: true,
    run: async ({ params }, controlled) => {
      const message = await find(params, controlled)
      if ('status' in message) return message
      const pieces: Uint8Array[] = []
      for await (const piece of controlled.chain.mailboxes.content(message)) pieces.push(piece)
      const history = await controlled.history(message.id)
      const expected = expectedPath(message, history, controlled)
      const verdict = await check(Buffer.concat(pieces), expected, history ? { journal: journalOf(history) } : {})
      return { document: { ...verdict, recipient: message.recipient, file: message.file } }
    },
  }),
]

/** From the MTA that it was given to on; a report that an MTA made itself has the null reverse-path. */
function expectedPath(
  { recipient, id }: StoredMessage,
  history: MessageHistory | null,
  { chain }: Controlled,
): ExpectedPath {
  const mailbox = parseMailbox(recipient)
  const [first] = history ? wayOf(history, id) : []
  if (mailbox === null || !first) return chain.expectedPath()
  const reversePath = first.reversePath === null ? null : parseMailbox(first.reversePath)
  return chain.expectedPath({ recipient: mailbox, reversePath, entry: first.mta })
}

/** The journal of this message alone: the whole one is not held in memory. */
function journalOf({ events, faults }: MessageHistory): MemoryJournal {
  const journal = new MemoryJournal()
  for (const event of [...events, ...faults]) journal.append(event)
  return journal
}
