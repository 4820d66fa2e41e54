/**
 * Messages on their way through a chain of this process: each is waited for by the queue id that its first MTA gave.
 */
import type { JournalEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import { MemoryJournal } from '../journal/memory.js'
import { isOver } from './arrival.js'
import { endsAny } from './whereabouts.js'

export class Arrivals {
  readonly journal = new MemoryJournal()
  /** By the first copy's queue id. */
  readonly #waiting = new Map<string, () => void>()

  observe(event: JournalEvent): void {
    this.journal.append(event)
    if (!endsAny(event)) return
    const history = this.journal.find(event.id)
    const first = history?.received[0]?.id
    if (history && first !== undefined && isOver(history)) this.#waiting.get(first)?.()
  }

  /** Resolves once no recipient's copy is under way any more. */
  async over(id: string): Promise<void> {
    const history = this.journal.find(id)
    if (history && isOver(history)) return
    await new Promise<void>(resolve => this.#waiting.set(id, resolve))
    this.#waiting.delete(id)
  }

  /** Everything that happened to the message so far. */
  history(id: string): MessageHistory {
    return this.journal.find(id) ?? { received: [], events: [], faults: [] }
  }
}
