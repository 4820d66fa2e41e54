/**
 * A request read as a question for one of the routes. What is not admitted, or is for none of them, is refused before
 * anything of its body is kept.
 */
import type { IncomingMessage } from 'node:http'
import { bodyType, largestDocument, parseBody, readBody, type Room } from './body.js'
import type { Asked, Refusal, Route } from './route.js'
import { allowedAt, findRoute } from './routes.js'

export interface Question extends Omit<Asked, 'signal'> {
  readonly route: Route
  /** Only what would be told of the answer is wanted. */
  readonly headOnly: boolean
  /** Octets for which room was taken. */
  readonly held: number
}

interface Limits {
  readonly admit: (request: IncomingMessage) => Refusal | null
  readonly strict: boolean
  /** Octets of a message. */
  readonly largest: number
  readonly room: Room
}

/** Which methods there are is answered without a route. */
interface Methods {
  readonly allowed: string
}

/** Rejects where the connection ends before the question. */
export async function readQuestion(request: IncomingMessage, limits: Limits): Promise<Question | Methods | Refusal> {
  const read = await readAll(request, limits)
  // who is refused in the middle of a body would not see it
  for await (const _ of request.readableEnded ? [] : request) continue
  return read
}

async function readAll(request: IncomingMessage, limits: Limits): Promise<Question | Methods | Refusal> {
  const { method = '', url = '' } = request
  const refused = limits.admit(request)
  if (refused) return refused
  const [path = '', search = ''] = url.split(/\?(.*)/s, 2)
  if (method === 'OPTIONS') {
    const allowed = allowedAt(path)
    return typeof allowed === 'string' ? { allowed } : allowed
  }
  const found = findRoute(method, path)
  if ('status' in found) return found
  const { route, params } = found
  const body = await readFor(route, request, limits)
  if ('status' in body) return body
  const lastEventId = request.headers['last-event-id']
  return {
    route,
    params,
    query: queryOf(search),
    lastEventId: typeof lastEventId === 'string' ? lastEventId : null,
    headOnly: method === 'HEAD',
    ...body,
  }
}

async function readFor(
  route: Route,
  request: IncomingMessage,
  { strict, largest, room }: Limits,
): Promise<Pick<Question, 'body' | 'message' | 'held'> | Refusal> {
  const type = bodyType(request, route.takesMessage, strict && route.method === 'POST')
  if (typeof type !== 'string') return type
  const octets = await readBody(request, type === 'message' ? largest : largestDocument, room)
  if ('status' in octets) return type === 'json' && route.takesMessage ? withLarger(octets, largest) : octets
  const held = octets.length
  if (type === 'message') return { body: undefined, message: octets, held }
  const parsed = parseBody(octets)
  if (!('status' in parsed)) return { ...parsed, message: null, held }
  room.give(held)
  return parsed
}

/** Of a body that is too large: a message as it is may be larger than one in a document. */
function withLarger(refused: Refusal, largest: number): Refusal {
  if (refused.status !== 413) return refused
  return { ...refused, expected: `${refused.expected}, or a message/rfc822 of at most ${largest}` }
}

/** What is given more than once is a list: who expects one value refuses it. */
function queryOf(search: string): Asked['query'] {
  const query = new Map<string, string | string[]>()
  for (const [name, value] of new URLSearchParams(search)) {
    const before = query.get(name)
    query.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(query)
}
