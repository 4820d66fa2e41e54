/**
 * Mail time, told and moved on.
 */
import { advanceSchema, clockSchema } from './happening-answers.js'
import { refusal, type Route, route } from './route.js'

export const clockRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/clock',
    summary: 'Mail time.',
    type: 'application/json',
    answer: clockSchema,
    run: (_, { chain }) => ({ document: { now: chain.clock.now().toISOString() } }),
  }),
  route({
    method: 'POST',
    path: '/clock/advance',
    summary: 'Moves mail time on; answers when all that was due on the way has happened.',
    body: advanceSchema,
    type: 'application/json',
    answer: clockSchema,
    run: async ({ body: { by } }, { chain }) => {
      try {
        await chain.clock.advance(by)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        return refusal(400, `body.by: ${error.message}`, 'a duration such as "15m"')
      }
      return { document: { now: chain.clock.now().toISOString() } }
    },
  }),
]
