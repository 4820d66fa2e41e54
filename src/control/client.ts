/**
 * Asking a running chain. That none runs, that it refuses, and that an answer breaks off are results.
 */
import { type IncomingMessage, request } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type * as z from 'zod'
import { refusalSchema } from './answers.js'
import { shortPath, socketName, tooLong } from './place.js'
import type { Method } from './route.js'

/** What a running chain is asked. */
export interface ControlRequest {
  readonly method: Method
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
}

export interface Failed {
  /** `broken`: it answered nothing, not to the end, or what can't be read. */
  readonly failed: 'no-chain' | 'refused' | 'broken'
  /** Of a refusal. */
  readonly status: number | null
  readonly error: string
  readonly expected: string
}

/** How long the chain may be silent, ms. */
const patience = 60_000

/** Asks the chain whose state folder that is for a document. */
export function ask<Schema extends z.ZodType>(
  folder: string,
  wanted: ControlRequest,
  schema: Schema,
): Promise<{ readonly value: z.output<Schema> } | Failed> {
  return asked(folder, wanted, async answer => schema.parse(JSON.parse(await text(answer))))
}

/** Asks for a stream of JSON lines; `take` gets each line's value before the next is read, and says whether it wants it. */
export function askLines<Schema extends z.ZodType>(
  folder: string,
  wanted: ControlRequest,
  schema: Schema,
  take: (value: z.output<Schema>) => Promise<boolean>,
): Promise<{ readonly value: void } | Failed> {
  return asked(folder, wanted, async answer => {
    // to leave the loop is to close the connection
    for await (const line of linesOf(answer)) if (!(await take(schema.parse(JSON.parse(line))))) return
  })
}

/** Asks for octets, read by `take`. */
export function askOctets<Result>(
  folder: string,
  wanted: ControlRequest,
  take: (answer: Readable) => Promise<Result>,
): Promise<{ readonly value: Result } | Failed> {
  return asked(folder, wanted, take)
}

export interface Follower<Value> {
  /** From now on nothing is missed. */
  opened(): void
  /** Gets the data of each event before the next is read. */
  take(value: Value): Promise<void>
}

/** Follows a stream of server-sent events. Resolves when that has come to its end, or the signal has aborted. */
export function follow<Schema extends z.ZodType>(
  folder: string,
  wanted: ControlRequest,
  schema: Schema,
  signal: AbortSignal,
  follower: Follower<z.output<Schema>>,
): Promise<{ readonly value: void } | Failed> {
  return asked(folder, wanted, async answer => {
    const end = (): void => void answer.destroy()
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    follower.opened()
    try {
      for await (const line of linesOf(answer)) {
        if (line.startsWith('data: ')) await follower.take(schema.parse(JSON.parse(line.slice('data: '.length))))
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', end)
    }
  })
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

async function asked<Result>(
  folder: string,
  wanted: ControlRequest,
  read: (answer: IncomingMessage) => Promise<Result>,
): Promise<{ readonly value: Result } | Failed> {
  try {
    const answer = await send(folder, wanted)
    if ('failed' in answer) return answer
    if (answer.statusCode === 200) return { value: await read(answer) }
    const said = refusalSchema.parse(JSON.parse(await text(answer)))
    return { failed: 'refused', status: answer.statusCode ?? null, ...said }
  } catch (error) {
    return unanswered(error)
  }
}

async function send(
  folder: string,
  { method, path, query = {}, body }: ControlRequest,
): Promise<IncomingMessage | Failed> {
  const place = shortPath(folder, socketName)
  if (!place) return failed('broken', `${folder}/${socketName} can't be reached`, tooLong)
  const content = body === undefined ? null : JSON.stringify(body)
  const asking = request({
    socketPath: place.path,
    method,
    path: path + searchOf(query),
    agent: false,
    timeout: patience,
    headers:
      content === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) },
  })
  asking.on('timeout', () => asking.destroy(new Error(`it says nothing for ${patience / 1000} s`)))
  try {
    return await new Promise((resolve, reject) => {
      asking.on('response', resolve).on('error', reject)
      asking.end(content ?? undefined)
    })
  } finally {
    place.release()
  }
}

function searchOf(query: NonNullable<ControlRequest['query']>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size === 0 ? '' : `?${search.toString()}`
}

function unanswered(error: unknown): Failed {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (['ENOENT', 'ENOTDIR', 'ECONNREFUSED'].includes(code))
    return failed('no-chain', 'no chain runs there', 'a running one')
  if (code === 'EACCES') return failed('broken', 'the chain is of another user', 'its owner, or root')
  const reason = error instanceof Error ? error.message : String(error)
  return failed('broken', `the chain did not answer: ${reason}`, 'an answer; does it still run?')
}

function failed(how: Failed['failed'], error: string, expected: string): Failed {
  return { failed: how, status: null, error, expected }
}
