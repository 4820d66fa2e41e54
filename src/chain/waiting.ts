/**
 * Waiting for what happens in a chain: at once where it has happened already. What did not happen in time is told with
 * what did, and where each message is.
 */
import { types } from 'node:util'
import { parseDuration } from '../config/units.js'
import { describeEvent } from '../journal/describe.js'
import type { ReceivedEvent } from '../journal/event.js'
import type { EventLog, NumberedEvent } from '../journal/log.js'
import { printable } from '../mail/printable.js'
import { calledAt } from './called-at.js'
import { type AwaitedEvent, type EventOf, fitsFilter, isOfKind } from './event-filter.js'
import type { WaitFilter } from './wait-filter.js'

/** It did not happen in time, or the chain has been closed. The message, safe to print, tells what did, and where each message is. */
export class WaitError extends Error {
  override readonly name = 'WaitError'
}

const usualTimeout = 5000
/** Copies whose way is known, at most. */
const copiesKept = 20_000
/** Events and messages that an error tells of. */
const told = 20

/** Where the messages are that are in queues. */
export interface Whereabouts {
  /** How many there are. */
  count(): number
  /** One a line, safe to print; each is read as it is asked for. */
  lines(): Iterable<string>
}

/** Waits on a log. */
export class Waiting {
  readonly #log: EventLog
  readonly #whereabouts: Whereabouts
  readonly #giveUp = new Set<(reason: string) => void>()
  #isClosed = false

  constructor(log: EventLog, whereabouts: Whereabouts) {
    this.#log = log
    this.#whereabouts = whereabouts
  }

  /** Rejects with a WaitError, or with a TypeError for a count or a timeout that can't be. */
  async waitFor<Kind extends AwaitedEvent>(kind: Kind, filter: WaitFilter): Promise<EventOf<Kind>> {
    const { count, timeout } = limitsOf(filter)
    const { signal } = filter
    const copies = new Map<string, ReceivedEvent>()
    let missing = count
    /** The event where it is the last one that was wanted. */
    const take = ({ event }: NumberedEvent): EventOf<Kind> | null => {
      if (event.event === 'received') remember(event, copies)
      return isOfKind(kind, event) && fitsFilter(event, filter, copies) && --missing === 0 ? event : null
    }
    for (const numbered of this.#log.after(0)) {
      const event = take(numbered)
      if (event) return event
    }
    const called = new Error('called here')
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        unsubscribe()
        signal?.removeEventListener('abort', abort)
        this.#giveUp.delete(fail)
      }
      const fail = (reason: string): void => {
        end()
        const wanted = describeWanted(kind, filter)
        const had = count === 1 ? '' : `, ${count - missing} of ${count} happened`
        reject(calledAt(called, new WaitError(`${reason}: no event ${wanted}${had}\n${this.#report()}`)))
      }
      const abort = (): void => fail('the wait was given up')
      const unsubscribe = this.#log.subscribe(numbered => {
        const event = take(numbered)
        if (!event) return
        end()
        resolve(event)
      })
      const timer = setTimeout(() => fail(`waited ${timeout / 1000} s`), timeout)
      this.#giveUp.add(fail)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      else if (this.#isClosed) fail('the chain is closed')
    })
  }

  /** Whoever waits is told now. */
  close(): void {
    this.#isClosed = true
    for (const fail of this.#giveUp) fail('the chain was closed')
  }

  #report(): string {
    const events = this.#log.after(this.#log.last - told).map(({ event }) => describeEvent(event))
    const earlier = this.#log.last - events.length
    const happened = events.length === 0 ? ['  nothing'] : events.map(line => `  ${line}`)
    const where = firstOf(this.#whereabouts.lines(), told).map(line => `  ${line}`)
    const left = where.length < told ? 0 : this.#whereabouts.count() - told
    const more = left > 0 ? [`  and ${left} more`] : []
    const heading = earlier > 0 ? `What happened last (${earlier} events before):` : 'What happened:'
    const shown = where.length === 0 ? ['  no message is in a queue'] : where
    return [heading, ...happened, 'Where the messages are:', ...shown, ...more].join('\n')
  }
}

/** No more is read than is told: a queue may be long, and lie on a disk. */
function firstOf(lines: Iterable<string>, most: number): string[] {
  const first: string[] = []
  for (const line of lines) {
    if (first.push(line) === most) break
  }
  return first
}

/** The newest of them: a wait may be long. */
function remember(event: ReceivedEvent, copies: Map<string, ReceivedEvent>): void {
  copies.set(event.id, event)
  const [oldest] = copies.size > copiesKept ? copies.keys() : []
  if (oldest !== undefined) copies.delete(oldest)
}

function limitsOf({ count = 1, timeout = usualTimeout }: WaitFilter): { count: number; timeout: number } {
  const ms = typeof timeout === 'string' ? parseDuration(timeout) : timeout
  if (!Number.isInteger(count) || count < 1)
    throw new TypeError(`count: expected a whole number from 1, found ${count}`)
  // what a timer can wait for at most, some 24 days
  if (!(ms >= 0 && ms < 2 ** 31)) throw new TypeError(`timeout: expected "10s" or milliseconds, found ${timeout}`)
  return { count, timeout: ms }
}

function describeWanted(kind: AwaitedEvent, { mta, id, from, to, reply, message }: WaitFilter): string {
  const parts = Object.entries({ mta, id, from, to, reply, message: message?.ids.join(', ') })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${types.isRegExp(value) ? String(value) : JSON.stringify(value)}`)
  // a filter may be what a message says, too
  return parts.length === 0 ? kind : printable(`${kind} { ${parts.join(', ')} }`)
}
