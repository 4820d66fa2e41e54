/**
 * The way that any mail tells of itself: what is posted is read and forgotten.
 */
import { traceDocument } from '../trace/document.js'
import { readTrace } from '../trace/trace.js'
import { tracedSchema, traceQuerySchema, traceSchema } from './message-answers.js'
import { type Answer, type Refusal, refusal, type Route, route } from './route.js'

/** What stands for the file. */
const posted = 'the posted message'

export const traceRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/trace',
    summary: 'The hops that any message tells of, their delays and what is odd about them; nothing of it is kept.',
    query: traceQuerySchema,
    body: traceSchema,
    type: 'application/json',
    answer: tracedSchema,
    run: ({ query, body: { content, encoding, trusted } }) =>
      trace(Buffer.from(content, encoding ?? 'utf8'), trusted ?? query.trusted),
    runMessage: ({ query: { trusted }, message }) => trace(message, trusted),
  }),
]

function trace(content: Uint8Array, trusted: readonly string[] | undefined): Answer | Refusal {
  try {
    const read = readTrace(content, { now: new Date(), ...(trusted ? { trusted } : {}) })
    return { document: { messages: [traceDocument(posted, read)] } }
  } catch (error) {
    if (error instanceof RangeError) return refusal(400, `trusted: ${error.message}`, 'a network as 192.0.2.0/24')
    throw error
  }
}
