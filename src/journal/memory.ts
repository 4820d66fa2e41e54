/**
 * The journal in memory: events by queue id, copies and faults by the copy they came from, all in the order they happened.
 */
import type { FaultEvent, JournalEvent, MessageEvent, ReceivedEvent } from './event.js'
import type { Journal, MessageHistory } from './journal.js'
import { stampAlone } from './stamped.js'

interface Entry<Event> {
  /** Place in the journal: times do not tell the order of what happened within a millisecond. */
  readonly place: number
  readonly event: Event
}

export class MemoryJournal implements Journal {
  readonly #events = new Map<string, Entry<MessageEvent>[]>()
  readonly #faults = new Map<string, Entry<FaultEvent>[]>()
  readonly #received = new Map<string, ReceivedEvent>()
  readonly #next = new Map<string, string[]>()
  /** By the queue id of a report the copy that it is about. */
  readonly #reported = new Map<string, string>()
  /** Copies by the stamps that do not tell their queue ids. */
  readonly #stamped = new Map<string, ReceivedEvent[]>()
  #length = 0

  append(event: JournalEvent): void {
    const place = this.#length++
    if (event.event === 'fault' && event.previous !== null) push(this.#faults, event.previous, { place, event })
    if (!('id' in event)) return
    push(this.#events, event.id, { place, event })
    const isReport = event.event === 'bounced' || event.event === 'reported'
    if (isReport && event.report !== null) this.#reported.set(event.report, event.id)
    if (event.event !== 'received') return
    this.#received.set(event.id, event)
    if (!event.stamp.includes(event.id)) push(this.#stamped, stampAlone(event.stamp), event)
    if (event.previous !== null) push(this.#next, event.previous, event.id)
  }

  history(id: string): Promise<MessageHistory | null> {
    return Promise.resolve(this.find(id))
  }

  historyOfStamp(stamp: string, misfit: (event: ReceivedEvent) => number): Promise<MessageHistory | null> {
    return Promise.resolve(this.findStamp(stamp, misfit))
  }

  findStamp(stamp: string, misfit: (event: ReceivedEvent) => number): MessageHistory | null {
    const copies = this.#stamped.get(stamp) ?? []
    const copy = copies.toReversed().toSorted((a, b) => misfit(a) - misfit(b))[0]
    return copy ? this.find(copy.id) : null
  }

  find(id: string): MessageHistory | null {
    const about = this.#reported.get(id)
    const first = this.#firstCopy(about ?? id)?.id ?? about
    if (first === undefined) return null
    const copies = this.#copiesFrom(first)
    const events = inOrder(copies.flatMap(copy => this.#events.get(copy) ?? []))
    const faults = inOrder(copies.flatMap(copy => this.#faults.get(copy) ?? []))
    return { received: events.filter(event => event.event === 'received'), events, faults }
  }

  #firstCopy(id: string): ReceivedEvent | undefined {
    const seen = new Set<string>()
    let event = this.#received.get(id)
    while (event?.previous && !seen.has(event.id)) {
      seen.add(event.id)
      const before = this.#received.get(event.previous)
      if (!before) break
      event = before
    }
    return event
  }

  /** The copy and all that came from it, in breadth. */
  #copiesFrom(id: string): string[] {
    const ids = new Set([id])
    for (const copy of ids) for (const next of this.#next.get(copy) ?? []) ids.add(next)
    return [...ids]
  }
}

function inOrder<Event>(entries: readonly Entry<Event>[]): Event[] {
  return entries.toSorted((a, b) => a.place - b.place).map(({ event }) => event)
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
