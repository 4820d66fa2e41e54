/**
 * The journal in memory: events by queue id, copies by the copy they came from, all in the order they happened.
 */
import type { JournalEvent, MessageEvent, ReceivedEvent } from './event.js'
import type { Journal, MessageHistory } from './journal.js'

interface Entry {
  /** Place in the journal: times do not tell the order of what happened within a millisecond. */
  readonly place: number
  readonly event: MessageEvent
}

export class MemoryJournal implements Journal {
  readonly #events = new Map<string, Entry[]>()
  readonly #received = new Map<string, ReceivedEvent>()
  readonly #next = new Map<string, string[]>()
  #length = 0

  append(event: JournalEvent): void {
    if (!('id' in event)) return
    push(this.#events, event.id, { place: this.#length++, event })
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
    const entries = this.#copiesFrom(first.id).flatMap(copy => this.#events.get(copy) ?? [])
    const events = entries.toSorted((a, b) => a.place - b.place).map(({ event }) => event)
    return { received: events.filter(event => event.event === 'received'), events }
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
