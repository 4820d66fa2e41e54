/**
 * What somebody waits for, as callers give it: what can't be is a TypeError that says what was expected.
 */
import { types } from 'node:util'
import { awaitedEvents, type EventFilter } from './event-filter.js'

export interface WaitFilter extends EventFilter {
  /** So many of them: the last one is what comes back. Default: 1. */
  readonly count?: number
  /** How long it may take, by the machine's clock: "10s", or milliseconds. Default: 5 s. */
  readonly timeout?: string | number
  /** Ends the wait before its time, with a WaitError. */
  readonly signal?: AbortSignal
}

const filterKeys = [
  'mta',
  'id',
  'message',
  'from',
  'to',
  'reply',
  'count',
  'timeout',
  'signal',
] as const satisfies (keyof WaitFilter)[]

/** For callers without types, and for `undefined`: what would never come, or would come at once whatever was meant. */
export function requireFilter(kind: string, filter: WaitFilter): void {
  const kinds: readonly string[] = awaitedEvents
  if (!kinds.includes(kind))
    throw new TypeError(`no event ${JSON.stringify(kind)}: expected one of ${kinds.join(', ')}`)
  if (typeof filter !== 'object' || filter === null)
    throw new TypeError(`the filter: expected an object as { to: "b@example.test" }, found ${found(filter)}`)
  const known: readonly string[] = filterKeys
  for (const [key, value] of Object.entries(filter)) {
    if (!known.includes(key)) throw new TypeError(`no filter ${JSON.stringify(key)}: expected ${known.join(', ')}`)
    if (value === undefined)
      throw new TypeError(`${key}: found undefined, expected a value: leave the key out where any will do`)
  }
  for (const name of ['mta', 'id', 'from', 'to'] as const) if (name in filter) requireText(name, filter[name])
  if ('reply' in filter && !types.isRegExp(filter.reply)) requireText('reply', filter.reply)
  if ('message' in filter && !Array.isArray(filter.message?.ids))
    throw new TypeError('message: expected what chain.send gave')
}

/** An event that comes later is no place to find out that it is none. */
export function requireText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name}: expected a text, found ${found(value)}`)
}

function found(value: unknown): string {
  return types.isRegExp(value) ? String(value) : (JSON.stringify(value) ?? String(value))
}
