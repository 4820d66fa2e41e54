/**
 * The journal in memory: events by queue id, copies by the copy they came from.
 */
import type { JournalEvent, MessageEvent, ReceivedEvent } from './event.js'
import type { Journal, MessageHistory } from './journal.js'

export class MemoryJournal implements Journal {
  readonly #events = new Map<string, MessageEvent[]>()
  readonly #received = new Map<string, ReceivedEvent>()
  readonly #next = new Map<string, string[]>()

  append(event: JournalEvent): void {
    if (event.event === 'refused' || event.event === 'set-aside') return
    push(this.#events, event.id, event)
    if (event.event !== 'received') return
    this.#received.set(event.id, event)
    if (event.previous !== null) push(this.#next, event.previous, event.id)
  }

  history(id: string): Promise<MessageHistory | null> {
    return Promise.resolve(this.find(id))
  }

  find(id: string): MessageHistory | null {
    const first = this.#firstCopy(id)
    if (!first) return null
    const ids = this.#copiesFrom(first.id)
    const received = ids.map(copy => this.#received.get(copy)).filter(event => event !== undefined)
    const events = ids.flatMap(copy => this.#events.get(copy) ?? [])
    return { received, events: events.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)) }
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

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
