/**
 * Waiting for what happens: an answer at once where it has happened already.
 */
import { WaitError } from '../chain/waiting.js'
import { unknownMta } from './controlled.js'
import { awaitedSchema, waitSchema } from './happening-answers.js'
import { refusal, type Route, route } from './route.js'

export const waitRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/wait',
    summary: 'Answers once an event has happened that fits, at once where it has happened already.',
    query: waitSchema,
    type: 'application/json',
    answer: awaitedSchema,
    refusals: { 408: 'It did not happen in time; what did, and where each message is, is told.' },
    lasts: true,
    run: async ({ query: { event, message, timeout = '5s', count = 1, ...filter }, signal }, controlled) => {
      const stranger = unknownMta(controlled, filter.mta)
      if (stranger) return stranger
      const ids = message ? { message: { ids: message } } : {}
      try {
        return { document: await controlled.chain.waitFor(event, { ...filter, ...ids, timeout, count, signal }) }
      } catch (error) {
        if (!(error instanceof WaitError)) throw error
        if (signal.aborted) return refusal(503, 'the chain stops', 'a running one')
        return refusal(408, error.message, `an event ${event} that fits, within ${timeout}`)
      }
    },
  }),
]
