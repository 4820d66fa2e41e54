/**
 * What happens, as server-sent events (HTML Living Standard, 9.2) with the numbers of the chain's log as ids. The log is
 * read at the reader's pace: a slow one grows no memory, but may come to find a gap, as one who asks for what is no
 * longer kept does.
 */
import type { EventLog } from '../journal/log.js'
import { eventsSchema, numberedSchema } from './happening-answers.js'
import { refusal, type Route, route } from './route.js'

/** A sign of life when nothing happens, ms: well below the time after which a silent connection is cut. */
const heartbeat = 15_000

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/events',
    summary: 'What happens, as it happens: server-sent events, each with its number as id, JSON as data.',
    query: eventsSchema,
    type: 'text/event-stream',
    answer: numberedSchema,
    lasts: true,
    run: ({ query, lastEventId, signal }, { chain: { events } }) => {
      if (lastEventId !== null && !/^\d{1,15}$/.test(lastEventId))
        return refusal(
          400,
          `Last-Event-ID: found ${JSON.stringify(lastEventId.slice(0, 60))}`,
          'the number of an event',
        )
      const after = lastEventId === null ? (query.after ?? events.last) : Number(lastEventId)
      return { pieces: stream(events, after, signal) }
    },
  }),
]

async function* stream(log: EventLog, after: number, signal: AbortSignal): AsyncGenerator<string> {
  let seen = after
  // the answer begins now, not with the first event
  yield ': events of mta-chain\n\n'
  while (!signal.aborted) {
    if (seen + 1 < log.first || seen > log.last) {
      yield gap(seen, log)
      seen = log.first - 1
    }
    const next = log.next(seen)
    if (next) {
      seen = next.number
      yield `id: ${seen}\n${message(next.event.event, { number: seen, ...next.event })}`
    } else if (!(await somethingNew(log, signal))) {
      yield ': nothing new\n\n'
    }
  }
}

/** Numbers begin again with each start: one that is too high is of an earlier chain. */
function gap(after: number, { first, last }: EventLog): string {
  return message('gap', { event: 'gap', after, first, last })
}

function message(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Resolves with false where nothing happened for the time of a heartbeat. */
function somethingNew(log: EventLog, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    const end = (isNew: boolean) => (): void => {
      clearTimeout(timer)
      unsubscribe()
      signal.removeEventListener('abort', over)
      resolve(isNew)
    }
    const over = end(true)
    const timer = setTimeout(end(false), heartbeat)
    const unsubscribe = log.subscribe(over)
    signal.addEventListener('abort', over)
  })
}
