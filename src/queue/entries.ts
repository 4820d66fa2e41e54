/**
 * A queue's messages between memory and the spool. Items that are tried soon stay in memory, a bounded number of them;
 * all others are read back from the spool when they are wanted. An item whose newest state the spool could not take
 * stays in memory until it can: what was handed on is not sent again as long as the process lives.
 */
import type { QueueId } from '../mail/envelope.js'
import type { Destination } from './destination.js'
import type { Entry } from './entry.js'
import { isPending, type QueueItem } from './item.js'
import type { Spool, Unreadable } from './spool.js'

/** Items in memory at once; those with many recipients are not kept. */
const mostKept = 1000
const mostRecipients = 20

export class Entries {
  readonly #spool: Pick<Spool, 'item' | 'update' | 'remove'>
  readonly #unreadable: (id: QueueId, reason: string) => void
  readonly #entries = new Map<string, Entry>()
  #kept = 0

  /** `unreadable` is told of what the spool can't read any more: it stays there, and is not tried. */
  constructor(spool: Pick<Spool, 'item' | 'update' | 'remove'>, unreadable: (id: QueueId, reason: string) => void) {
    this.#spool = spool
    this.#unreadable = unreadable
  }

  get(id: string): Entry | null {
    return this.#entries.get(id) ?? null
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.#entries.values()
  }

  /** An entry for an item that the spool has; it is not tried yet. */
  enter(item: QueueItem, destination: Destination, warnAt: number): Entry {
    const entry: Entry = {
      id: item.id,
      destination,
      place: 'settled',
      attempts: item.attempts,
      due: 0,
      expiresAt: item.expiresAt.getTime(),
      told: false,
      warnAt,
      isOwed: !item.recipients.some(isPending),
      watchedAt: null,
      holdNext: false,
      item: null,
    }
    if (this.#kept < mostKept && item.recipients.length <= mostRecipients) this.#keep(entry, item)
    this.#entries.set(item.id, entry)
    return entry
  }

  /** Null where the spool can't read it any more. */
  load(entry: Entry): QueueItem | null {
    const item: QueueItem | Unreadable = entry.item ?? this.#spool.item(entry.id)
    if (!('unreadable' in item)) return expiringAt(item, entry.expiresAt)
    entry.place = 'settled'
    this.#entries.delete(entry.id)
    this.#unreadable(entry.id, item.unreadable)
    return null
  }

  /** Keeps the item's new state; where the spool can't take it, in memory alone. Never rejects. */
  async store(entry: Entry, item: QueueItem): Promise<void> {
    this.#keep(entry, item)
    try {
      await this.#spool.update(item)
      // unless a newer state came meanwhile
      if (entry.item === item) this.#let(entry)
    } catch {
      // not recorded is as before: the item is tried once more after a restart
    }
  }

  /** The item leaves the queue and the spool. */
  remove(entry: Entry, item: QueueItem): void {
    entry.place = 'settled'
    this.#let(entry)
    this.#entries.delete(entry.id)
    this.#spool.remove(item)
  }

  #keep(entry: Entry, item: QueueItem): void {
    if (!entry.item) this.#kept++
    entry.item = item
  }

  #let(entry: Entry): void {
    if (entry.item) this.#kept--
    entry.item = null
  }
}

/** When a message expires was decided when it was entered. */
function expiringAt(item: QueueItem, expiresAt: number): QueueItem {
  return item.expiresAt.getTime() === expiresAt ? item : { ...item, expiresAt: new Date(expiresAt) }
}
