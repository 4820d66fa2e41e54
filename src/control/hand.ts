/**
 * Work on queued messages by hand. Each message is asked for by itself: what can't be done to one does not keep it from
 * being done to the others.
 */
import type { QueueFilter, QueueResult } from '../chain/queues.js'
import { type Done, doneSchema, someSchema } from './answers.js'
import { type Controlled, unknownMta } from './controlled.js'
import { type Refusal, refusal, type Route, route } from './route.js'

type Name = 'retry' | 'hold' | 'release' | 'drop'
type Work = (id: string) => Promise<QueueResult>

export const handRoutes: readonly Route[] = [
  handRoute('retry', 'Tries messages now, whatever their schedule says.'),
  handRoute('hold', 'Keeps messages from being tried until they are released.'),
  handRoute('release', 'Tries held messages now.'),
  handRoute('drop', 'Takes messages out of the queue: nobody gets them.'),
]

function handRoute(name: Name, summary: string): Route {
  return route({
    method: 'POST',
    path: `/queue/${name}`,
    summary,
    body: someSchema,
    type: 'application/json',
    answer: doneSchema,
    async run({ body }, controlled) {
      const work: Work = id => controlled.chain.queue[name](id)
      if ('ids' in body) return { document: await workOn(body.ids, work) }
      const { all: _, ...filter } = body
      const refused = unknownMta(controlled, filter.mta) ?? pointless(name, filter)
      return refused ?? { document: await workOnAll({ ...meantBy(name), ...filter }, work, controlled) }
    },
  })
}

/** Which ones are meant by all, whatever else narrows it. */
function meantBy(name: Name): QueueFilter {
  return name === 'release' ? { state: 'held' } : {}
}

function pointless(name: Name, { state }: QueueFilter): Refusal | null {
  const only = meantBy(name).state
  if (only === undefined || state === undefined || state === only) return null
  return refusal(400, `body.state: found ${JSON.stringify(state)}`, `${only}: ${name} is for no others`)
}

async function workOn(ids: readonly string[], work: Work): Promise<Done> {
  let done = 0
  const refused: Done['refused'] = []
  for (const id of new Set(ids)) {
    const reason = await work(id)
    if (reason === 'done') done++
    else refused.push({ id, reason })
  }
  return { done, refused }
}

/** Those that it can't be done to are not meant. */
async function workOnAll(filter: QueueFilter, work: Work, { chain }: Controlled): Promise<Done> {
  let done = 0
  for await (const { item } of chain.queue.list(filter)) if ((await work(item.id)) === 'done') done++
  return { done, refused: [] }
}
