/**
 * A route: what it is asked, what it answers, and what it does; nothing of how question and answer travel. A question
 * that is not as the route's schemas say is refused before it does anything; what can't be done is a refusal too.
 */
import * as z from 'zod'
import { pathText, shown, valueAt } from '../config/mistake.js'
import type { refusalSchema } from './answers.js'

export type Method = 'GET' | 'POST' | 'DELETE'

export interface Refusal extends z.infer<typeof refusalSchema> {
  readonly status: 400 | 404 | 405 | 409 | 413 | 500
}

export function refusal(status: Refusal['status'], error: string, expected: string): Refusal {
  return { status, error, expected }
}

/** A JSON document, or something longer piece by piece. */
export type Answer =
  | { readonly document: unknown }
  | { readonly pieces: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string> }

export interface Asked {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Read as JSON; undefined where nothing was sent. */
  readonly body: unknown
}

export interface Route {
  readonly method: Method
  /** As /queue/:id. */
  readonly path: string
  readonly summary: string
  readonly query: z.ZodType | null
  readonly body: z.ZodType | null
  /** The type of the answer, and its schema; of a stream of JSON lines, one line's. */
  readonly type: 'application/json' | 'application/x-ndjson' | 'message/rfc822'
  readonly answer: z.ZodType | null
  readonly ask: (asked: Asked) => Promise<Answer | Refusal>
}

interface RouteSpec<Query, Body> extends Omit<Route, 'query' | 'body' | 'ask'> {
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  readonly run: (asked: {
    readonly params: Asked['params']
    readonly query: Query
    readonly body: Body
  }) => Answer | Refusal | Promise<Answer | Refusal>
}

const nothing = z.unknown().transform(() => undefined)

export function route<Query = undefined, Body = undefined>(spec: RouteSpec<Query, Body>): Route
export function route({ query, body, run, ...facts }: RouteSpec<unknown, unknown>): Route {
  return {
    ...facts,
    query: query ?? null,
    body: body ?? null,
    async ask(asked) {
      const readQuery = (query ?? nothing).safeParse(asked.query)
      if (readQuery.error) return wrong('query', readQuery.error, asked.query)
      const readBody = (body ?? nothing).safeParse(asked.body)
      if (readBody.error) return wrong('body', readBody.error, asked.body)
      return run({ params: asked.params, query: readQuery.data, body: readBody.data })
    },
  }
}

/** The first mistake, with its place. */
function wrong(part: string, { issues: [first] }: z.ZodError, value: unknown): Refusal {
  const issue = first && meant(first)
  const { path, message } = issue ?? { path: [], message: 'another value' }
  if (issue?.code === 'unrecognized_keys') {
    return refusal(400, `${part}: unknown: ${issue.keys.join(', ')}`, 'what is known here, see the help')
  }
  const found = shown(valueAt(value, path)) ?? 'nothing'
  return refusal(400, `${pathText([part, ...path])}: found ${found}`, message)
}

/** Where all but one value is as one of several forms says, that form was meant. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const [form, ...others] = issue.errors.filter(issues => issues.length === 1 && issues[0]?.path.length !== 0)
  return others.length === 0 ? (form?.[0] ?? issue) : issue
}
