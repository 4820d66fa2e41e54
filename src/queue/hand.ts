/**
 * What somebody does to a queue's messages by hand. Nothing is touched while it is being sent: a message that is to be
 * held then is held right after, and one that is to be dropped is not.
 */
import type { QueueEvent } from '../journal/event.js'
import type { Entries } from './entries.js'
import type { Entry } from './entry.js'
import { pending } from './item.js'

/** `running`: an attempt is under way, nothing was done. `unknown`: the queue has no such message. */
export type HandResult = 'done' | 'running' | 'unknown'

export interface HandOptions {
  readonly entries: Entries
  /** Tries it as soon as may be. */
  readonly ready: (entry: Entry) => void
  readonly record: (event: QueueEvent) => void
  /** Mail time, ISO 8601. */
  readonly time: () => string
}

export class Hand {
  readonly #options: HandOptions

  constructor(options: HandOptions) {
    this.#options = options
  }

  /** Tries it now, whatever its schedule says and whether its destination answers or not; one that is held stays so. */
  retry(id: string): HandResult {
    const entry = this.#options.entries.get(id)
    if (!entry) return 'unknown'
    if (entry.place === 'running') return 'running'
    entry.destination.health.probeNow()
    if (entry.place === 'scheduled' || entry.place === 'ready') this.#options.ready(entry)
    return 'done'
  }

  /** It is not tried until it is released, not after a restart either; an attempt that is under way is the last one. */
  async hold(id: string): Promise<HandResult> {
    const entry = this.#options.entries.get(id)
    if (!entry) return 'unknown'
    if (entry.place === 'running') entry.holdNext = true
    else if (entry.place !== 'settled') entry.place = 'held'
    await this.#setHeld(entry, true)
    return 'done'
  }

  /** It is tried now. */
  async release(id: string): Promise<HandResult> {
    const entry = this.#options.entries.get(id)
    if (!entry) return 'unknown'
    entry.holdNext = false
    await this.#setHeld(entry, false)
    // somebody may have dropped it meanwhile, or held it again
    if (entry.place === 'held' && this.#isIn(entry)) this.#options.ready(entry)
    return 'done'
  }

  /** It leaves the queue: nobody gets it, nobody is told but the journal. */
  drop(id: string): HandResult {
    const { entries, record, time } = this.#options
    const entry = entries.get(id)
    if (!entry) return 'unknown'
    if (entry.place === 'running') return 'running'
    const item = entries.load(entry)
    if (!item) return 'unknown'
    entries.remove(entry, item)
    record({ event: 'dropped', time: time(), mta: item.mta, id: item.id, recipients: pending(item) })
    return 'done'
  }

  async #setHeld(entry: Entry, held: boolean): Promise<void> {
    const { entries, record, time } = this.#options
    const item = entries.load(entry)
    if (!item || item.held === held) return
    await entries.store(entry, { ...item, held })
    if (!this.#isIn(entry)) return
    const { mta, id } = item
    record({ event: held ? 'held' : 'released', time: time(), mta, id, recipients: pending(item) })
  }

  #isIn(entry: Entry): boolean {
    return this.#options.entries.get(entry.id) === entry
  }
}
