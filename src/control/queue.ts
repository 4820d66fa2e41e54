/**
 * The queues: what is in them, and one message with all that is known of it.
 */
import { describeProblem } from '../mail/problem.js'
import { formatReply } from '../mail/reply.js'
import type { RecipientState } from '../queue/item.js'
import type { QueuedMessage } from '../queue/list.js'
import { filterSchema, type Message, messageSchema, type Shown, shownSchema } from './answers.js'
import { type Controlled, unknownMta } from './controlled.js'
import { type Answer, type Refusal, refusal, type Route, route } from './route.js'

/** A list shows no more recipients of a message than these. */
const recipientsShown = 20

const gone = { 404: 'No queue has it; it may have gone on.' } as const

export const queueRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/queue',
    summary: 'Messages in the queues, one a line.',
    query: filterSchema,
    type: 'application/x-ndjson',
    answer: messageSchema,
    run: ({ query: { limit = Infinity, ...filter } }, controlled) =>
      unknownMta(controlled, filter.mta) ?? { pieces: lines(controlled.chain.queue.list(filter), limit) },
  }),
  route({
    method: 'GET',
    path: '/queue/:id',
    summary: 'One message: envelope, recipients with what was said of each, and what happened to it.',
    type: 'application/json',
    answer: shownSchema,
    refusals: gone,
    run: async ({ params: { id = '' } }, controlled) => {
      const message = controlled.chain.queue.find(id)
      return message ? { document: await shownOf(message, controlled) } : unknownMessage(id)
    },
  }),
  route({
    method: 'GET',
    path: '/queue/:id/content',
    summary: "One message's octets as they would go on: stamp and content.",
    type: 'message/rfc822',
    answer: null,
    refusals: gone,
    run: ({ params: { id = '' } }, controlled) => contentOf(id, controlled),
  }),
]

function unknownMessage(id: string): Refusal {
  const expected = 'the id of a queued message (mta-chain queue list shows them); it may have gone on meanwhile'
  return refusal(404, `no queue has the message ${JSON.stringify(id)}`, expected)
}

function contentOf(id: string, { chain }: Controlled): Answer | Refusal {
  try {
    const pieces = chain.queue.export(id)
    return pieces ? { pieces, file: `${id}.eml` } : unknownMessage(id)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refusal(500, `the spool can't read ${id}: ${reason}`, 'a content as it was written: restart to set it aside')
  }
}

async function* lines(messages: AsyncIterable<QueuedMessage>, limit: number): AsyncGenerator<string> {
  let count = 0
  for await (const message of messages) {
    yield `${JSON.stringify(messageOf(message))}\n`
    if (++count >= limit) return
  }
}

function messageOf({ item, state, nextAttemptAt, problem }: QueuedMessage): Message {
  const left = item.recipients.filter(recipient => recipient.state !== 'delivered')
  return {
    id: item.id,
    mta: item.mta,
    state,
    from: item.envelope.reversePath,
    to: left.slice(0, recipientsShown).map(({ mailbox }) => mailbox),
    recipients: left.length,
    size: item.size,
    receivedAt: item.receivedAt.toISOString(),
    attempts: item.attempts,
    nextAttemptAt: nextAttemptAt && nextAttemptAt.toISOString(),
    problem,
  }
}

async function shownOf(message: QueuedMessage, { history }: Controlled): Promise<Shown> {
  const { item } = message
  const { to: _, ...facts } = messageOf(message)
  const happened = await history(item.id)
  return {
    ...facts,
    eightBit: item.eightBit,
    smtpUtf8: item.envelope.smtpUtf8,
    expiresAt: item.expiresAt.toISOString(),
    recipients: item.recipients.map(recipient => ({
      recipient: recipient.mailbox,
      state: recipient.state,
      said: saidOf(recipient),
    })),
    stamp: item.stamp,
    history: (happened?.events ?? []).map(event => ({ ...event })),
  }
}

function saidOf(recipient: RecipientState): string | null {
  if ('problem' in recipient) return describeProblem(recipient.problem)
  return recipient.state === 'delivered' ? formatReply(recipient.reply) : null
}
