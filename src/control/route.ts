/**
 * A route: what it is asked, what it answers, and what it does; nothing of how question and answer travel. A question
 * that is not as the route's schemas say is refused before it does anything; what can't be done is a refusal too.
 */
import * as z from 'zod'
import { pathText, shown, valueAt } from '../config/mistake.js'
import type { refusalSchema } from './answers.js'
import type { Controlled } from './controlled.js'

export type Method = 'GET' | 'POST' | 'DELETE'

export interface Refusal extends z.infer<typeof refusalSchema> {
  readonly status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 421 | 431 | 500 | 503
}

export function refusal(status: Refusal['status'], error: string, expected: string): Refusal {
  return { status, error, expected }
}

/** A JSON document, or something longer piece by piece; `file` is what a client may call that. */
export type Answer =
  | { readonly document: unknown }
  | { readonly pieces: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>; readonly file?: string }

export interface Asked {
  readonly params: Readonly<Record<string, string>>
  /** What is given more than once is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** Read as JSON; undefined where nothing was sent, or a message. */
  readonly body: unknown
  /** A message that was sent as it is. */
  readonly message: Uint8Array | null
  /** Of a stream that goes on: what the client has seen last. */
  readonly lastEventId: string | null
  /** Aborts when who asks has gone, or the server stops. */
  readonly signal: AbortSignal
}

export interface Route {
  readonly method: Method
  /** As /queue/:id. */
  readonly path: string
  readonly summary: string
  readonly query: z.ZodType | null
  /** Of a JSON document. */
  readonly body: z.ZodType | null
  /** It takes a message as it is too, as message/rfc822. */
  readonly takesMessage: boolean
  /** The type of the answer, and its schema; of a stream of JSON lines, one line's. */
  readonly type: 'application/json' | 'application/x-ndjson' | 'message/rfc822' | 'text/event-stream'
  readonly answer: z.ZodType | null
  /** Why it may be refused, beside what is asked wrongly. */
  readonly refusals?: Readonly<Partial<Record<Refusal['status'], string>>>
  /** Its answer waits for what happens: only so many of these are open at once. */
  readonly lasts?: true
  /** It needs much memory or reads many files: one at a time. */
  readonly heavy?: true
  readonly ask: (asked: Asked, controlled: Controlled) => Promise<Answer | Refusal>
}

type Run<Facts> = (
  asked: Pick<Asked, 'params' | 'lastEventId' | 'signal'> & Facts,
  controlled: Controlled,
) => Answer | Refusal | Promise<Answer | Refusal>

interface RouteSpec<Query, Body> extends Omit<Route, 'query' | 'body' | 'takesMessage' | 'ask'> {
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  readonly run: Run<{ readonly query: Query; readonly body: Body }>
  /** Where a message comes as it is. */
  readonly runMessage?: Run<{ readonly query: Query; readonly message: Uint8Array }>
}

const nothing = z.unknown().transform(() => undefined)

export function route<Query = undefined, Body = undefined>(spec: RouteSpec<Query, Body>): Route
export function route({ query, body, run, runMessage, ...facts }: RouteSpec<unknown, unknown>): Route {
  return {
    ...facts,
    query: query ?? null,
    body: body ?? null,
    takesMessage: runMessage !== undefined,
    async ask({ message, ...asked }, controlled) {
      const readQuery = (query ?? nothing).safeParse(asked.query)
      if (readQuery.error) return wrong('query', readQuery.error, asked.query)
      if (runMessage && message) return runMessage({ ...asked, query: readQuery.data, message }, controlled)
      const readBody = (body ?? nothing).safeParse(asked.body)
      if (readBody.error) return wrong('body', readBody.error, asked.body)
      return run({ ...asked, query: readQuery.data, body: readBody.data }, controlled)
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

/** Where all but one value, or all but names, is as one of several forms says, that form was meant. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const single = issue.errors.flatMap(([first, ...others]) => (first && others.length === 0 ? [first] : []))
  const inside = single.filter(({ path }) => path.length !== 0)
  const [only, ...more] = inside.length > 0 ? inside : single.filter(({ code }) => code === 'unrecognized_keys')
  return only && more.length === 0 ? only : issue
}
