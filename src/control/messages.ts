/**
 * What lies in the mailboxes: listed, shown, read octet for octet, removed.
 */
import { type HeaderSummary, summarizeHeader } from '../check/header-summary.js'
import { matchesInAnyCase } from '../mail/glob.js'
import type { StoredMessage } from '../mailbox/mailbox.js'
import type { Controlled } from './controlled.js'
import {
  removeAllSchema,
  removedSchema,
  type Stored,
  storedFilterSchema,
  storedListSchema,
  storedShownSchema,
} from './message-answers.js'
import { type Route, route } from './route.js'
import { aboutMessage } from './stored-message.js'

/** A list without a limit shows no more. */
const usualLimit = 100
/** Octets of a message in which its header is looked for. */
const headLength = 64 * 1024

const json = 'application/json'

export const messageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/messages',
    summary: 'Messages in the mailboxes, the newest first; those of earlier starts too.',
    query: storedFilterSchema,
    type: json,
    answer: storedListSchema,
    heavy: true,
    run: async ({ query: { limit = usualLimit, ...filter } }, controlled) => {
      const messages: Stored[] = []
      for await (const { message, header } of fitting(filter, controlled)) {
        if (messages.length === limit) return { document: { messages, more: true } }
        messages.push(storedOf(message, header))
      }
      return { document: { messages, more: false } }
    },
  }),
  route({
    method: 'DELETE',
    path: '/messages',
    summary: 'Removes all messages from the mailboxes, or those that fit.',
    query: removeAllSchema,
    type: json,
    answer: removedSchema,
    heavy: true,
    run: async ({ query: { to, from } }, controlled) => {
      let removed = 0
      for await (const { message } of fitting({ to, from }, controlled)) {
        if (await controlled.chain.mailboxes.remove(message)) removed++
      }
      return { document: { removed } }
    },
  }),
  aboutMessage({
    method: 'GET',
    summary: 'One message: its header as mail programs show it, and where it lies.',
    type: json,
    answer: storedShownSchema,
    run: async (message, controlled) => {
      const header = await headerOf(message, controlled)
      if (!header) return null
      const { reversePath: _, ...shown } = header
      return { document: { ...storedOf(message, header), header: shown } }
    },
  }),
  aboutMessage({
    method: 'GET',
    below: '/raw',
    summary: "One message's octets, exactly as they are stored.",
    type: 'message/rfc822',
    answer: null,
    run: (message, { chain }) => ({ pieces: chain.mailboxes.content(message), file: `${message.id}.eml` }),
  }),
  aboutMessage({
    method: 'DELETE',
    summary: 'Removes one message from its mailbox.',
    type: json,
    answer: removedSchema,
    run: async (message, { chain }) => ((await chain.mailboxes.remove(message)) ? { document: { removed: 1 } } : null),
  }),
]

interface Filter {
  readonly to?: string | undefined
  readonly from?: string | undefined
}

/** What goes away meanwhile is left out. */
async function* fitting({ to, from }: Filter, controlled: Controlled) {
  const wanted = (recipient: string): boolean => to === undefined || matchesInAnyCase(to, recipient)
  for (const message of await controlled.chain.mailboxes.list(wanted)) {
    const header = await headerOf(message, controlled)
    if (!header) continue
    if (from === undefined || matchesInAnyCase(from, header.reversePath ?? '<>')) yield { message, header }
  }
}

/** Null where the message can't be read any more. */
async function headerOf(message: StoredMessage, { chain }: Controlled): Promise<HeaderSummary | null> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of chain.mailboxes.content(message)) {
      pieces.push(piece)
      length += piece.length
      if (length >= headLength) break
    }
  } catch {
    return null
  }
  return summarizeHeader(Buffer.concat(pieces).subarray(0, headLength))
}

function storedOf({ id, recipient, size, receivedAt, file }: StoredMessage, header: HeaderSummary): Stored {
  return {
    id,
    recipient,
    path: `/messages/${encodeURIComponent(recipient)}/${encodeURIComponent(id)}`,
    from: header.reversePath,
    subject: header.subject,
    size,
    receivedAt: receivedAt.toISOString(),
    file,
  }
}
