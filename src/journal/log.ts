/**
 * The newest events of a running chain, numbered from 1 as they happen: to look back on, to follow, and to go on from a
 * number. Nothing of it is on disk.
 */
import type { JournalEvent } from './event.js'

export interface NumberedEvent {
  readonly number: number
  readonly event: JournalEvent
}

export class EventLog {
  readonly #kept: number
  /** By number, modulo how many are kept. */
  readonly #ring: JournalEvent[] = []
  readonly #listeners = new Set<(event: NumberedEvent) => void>()
  #last = 0

  /** `kept`: how many at least; older ones are forgotten. */
  constructor(kept: number) {
    this.#kept = kept
  }

  /** The number of the newest; 0 where nothing happened yet. */
  get last(): number {
    return this.#last
  }

  /** The number of the oldest that is kept; 1 more than `last` where none is. */
  get first(): number {
    return this.#last - Math.min(this.#last, this.#kept) + 1
  }

  append(event: JournalEvent): void {
    const number = ++this.#last
    this.#ring[number % this.#kept] = event
    for (const listener of this.#listeners) listener({ number, event })
  }

  /** Those that are kept and have a higher number, the oldest first. */
  after(number: number): NumberedEvent[] {
    const events: NumberedEvent[] = []
    for (let next = this.next(number); next !== null; next = this.next(next.number)) events.push(next)
    return events
  }

  /** The oldest that is kept and has a higher number; null where none has. */
  next(number: number): NumberedEvent | null {
    const at = Math.max(number + 1, this.first)
    const event = at > this.#last ? undefined : this.#ring[at % this.#kept]
    return event ? { number: at, event } : null
  }

  /** Tells each event from now on, until the returned function is called. A listener must not throw. */
  subscribe(listener: (event: NumberedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
