/**
 * An MTA's queue: what is in it, and how it is worked on. Nothing leaves it but by being handed on or bounced, or dropped
 * by hand. A spool that cannot record a deferral still holds the item as it was before, so the worst a crash can do is one
 * more attempt.
 */
import type { Destination } from './destination.js'
import { Entries } from './entries.js'
import { Hand } from './hand.js'
import { isFinished, type QueueItem } from './item.js'
import { counted, listed, type QueueCounts, type QueuedMessage } from './list.js'
import { Runner, type RunnerOptions } from './runner.js'
import type { Spool } from './spool.js'

export interface QueueOptions extends RunnerOptions {
  /** Name of the MTA whose queue it is. */
  readonly mta: string
  readonly spool: Pick<Spool, 'item' | 'update' | 'remove' | 'rest'>
}

export class Queue {
  readonly #spool: QueueOptions['spool']
  readonly #entries: Entries
  readonly #runner: Runner
  /** What is done to its messages by hand. */
  readonly hand: Hand

  constructor(options: QueueOptions) {
    const { mta, spool, clock, record } = options
    const time = (): string => clock.now().toISOString()
    this.#spool = spool
    this.#entries = new Entries(spool, (id, reason) =>
      record({ event: 'set-aside', time: time(), mta, key: `item/${id}`, reason }),
    )
    this.#runner = new Runner(options, this.#entries)
    this.hand = new Hand({ entries: this.#entries, ready: entry => this.#runner.ready(entry), record, time })
  }

  /** How many messages are in it; asks nothing of the spool. */
  get counts(): QueueCounts {
    return counted(this.#entries)
  }

  /** All its messages, each read as it is asked for. */
  *messages(): Iterable<QueuedMessage> {
    for (const entry of this.#entries) {
      const item = this.#entries.load(entry)
      if (item) yield listed(entry, item)
    }
  }

  /** Asks nothing of the spool. */
  has(id: string): boolean {
    return this.#entries.get(id) !== null
  }

  /** Null where it has no such message. */
  message(id: string): QueuedMessage | null {
    const entry = this.#entries.get(id)
    const item = entry && this.#entries.load(entry)
    return entry && item && listed(entry, item)
  }

  /** All destinations that it has had messages for. */
  get destinations(): readonly Destination[] {
    return this.#runner.destinations
  }

  /** Takes an item that is in the spool; it is due at once, whatever its schedule says. */
  add(item: QueueItem): void {
    // a stop may have come between its last report and its removal
    if (isFinished(item)) {
      this.#spool.remove(item)
      return
    }
    const entry = this.#entries.enter(item, this.#runner.destinationOf(item), this.#runner.warnAt(item))
    if (item.held) entry.place = 'held'
    else this.#runner.ready(entry)
  }

  /** Begins to try what is due. */
  start(): void {
    this.#runner.start()
  }

  /** Starts no attempt any more, and resolves when those under way have ended. */
  close(): Promise<void> {
    return this.#runner.close()
  }
}
