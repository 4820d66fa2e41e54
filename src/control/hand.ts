/**
 * Work on queued messages by hand. Each message is asked for by itself: what can't be done to one does not keep it from
 * being done to the others.
 */
import type { QueueFilter, QueueResult } from '../chain/queues.js'
import { type Done, doneSchema, idsSchema, someSchema } from './answers.js'
import { type Controlled, unknownMta } from './controlled.js'
import { type Route, route } from './route.js'

type Work = (id: string) => Promise<QueueResult>

const answered = { method: 'POST', type: 'application/json', answer: doneSchema } as const

export function handRoutes(controlled: Controlled): Route[] {
  const { queue } = controlled.chain
  const retry: Work = id => queue.retry(id)
  const release: Work = id => queue.release(id)
  return [
    ofSome('retry', 'Tries messages now, whatever their schedule says.', retry, {}, controlled),
    ofThese('hold', 'Keeps messages from being tried until they are released.', id => queue.hold(id)),
    ofSome('release', 'Tries held messages now.', release, { state: 'held' }, controlled),
    ofThese('drop', 'Takes messages out of the queue: nobody gets them.', id => queue.drop(id)),
  ]
}

function ofThese(name: string, summary: string, work: Work): Route {
  return route({
    ...answered,
    path: `/queue/${name}`,
    summary,
    body: idsSchema,
    run: async ({ body: { ids } }) => ({ document: await workOn(ids, work) }),
  })
}

/** `filter`: which ones are meant by all. */
function ofSome(name: string, summary: string, work: Work, filter: QueueFilter, controlled: Controlled): Route {
  return route({
    ...answered,
    path: `/queue/${name}`,
    summary,
    body: someSchema,
    async run({ body }) {
      if ('ids' in body) return { document: await workOn(body.ids, work) }
      const { mta } = body
      return unknownMta(controlled, mta) ?? { document: await workOnAll({ ...filter, mta }, work, controlled) }
    },
  })
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
