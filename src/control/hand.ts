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

/** Which ones are meant by all, whatever else narrows it. */
const meant: Readonly<Record<Name, QueueFilter>> = { retry: {}, hold: {}, release: { state: 'held' }, drop: {} }

const answered = { method: 'POST', type: 'application/json', answer: doneSchema } as const

export function handRoutes(controlled: Controlled): Route[] {
  const { queue } = controlled.chain
  return [
    handRoute('retry', 'Tries messages now, whatever their schedule says.', id => queue.retry(id), controlled),
    handRoute('hold', 'Keeps messages from being tried until they are released.', id => queue.hold(id), controlled),
    handRoute('release', 'Tries held messages now.', id => queue.release(id), controlled),
    handRoute('drop', 'Takes messages out of the queue: nobody gets them.', id => queue.drop(id), controlled),
  ]
}

function handRoute(name: Name, summary: string, work: Work, controlled: Controlled): Route {
  return route({
    ...answered,
    path: `/queue/${name}`,
    summary,
    body: someSchema,
    async run({ body }) {
      if ('ids' in body) return { document: await workOn(body.ids, work) }
      const { all: _, ...filter } = body
      const refused = unknownMta(controlled, filter.mta) ?? pointless(name, filter)
      return refused ?? { document: await workOnAll({ ...meant[name], ...filter }, work, controlled) }
    },
  })
}

function pointless(name: Name, { state }: QueueFilter): Refusal | null {
  const only = meant[name].state
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
