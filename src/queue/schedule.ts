/**
 * When a deferred message is tried next: the waits of the configuration, the last one repeated (RFC 5321 4.5.4.1),
 * and the deferred messages in order of their next attempt.
 */
import type { Retry } from '../config/types.js'
import type { QueueItem } from './item.js'

/** Milliseconds until the next attempt, `attempts` having been made. */
export function waitAfter(attempts: number, { after }: Retry): number {
  return after[Math.min(attempts, after.length) - 1] ?? 0
}

/** A binary heap by `nextAttemptAt`. */
export class Schedule {
  readonly #heap: QueueItem[] = []

  get size(): number {
    return this.#heap.length
  }

  /** When the first is due; null where none waits. */
  get nextAt(): Date | null {
    return this.#heap[0]?.nextAttemptAt ?? null
  }

  add(item: QueueItem): void {
    let at = this.#heap.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#due(parent) <= this.#due(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Takes the first out if it is due at that time. */
  take(now: Date): QueueItem | null {
    const first = this.#heap[0]
    if (!first || first.nextAttemptAt > now) return null
    const last = this.#heap.pop()
    if (last && this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink()
    }
    return first
  }

  #sink(): void {
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const smaller = this.#due(right) < this.#due(left) ? right : left
      if (this.#due(at) <= this.#due(smaller)) return
      this.#swap(at, smaller)
      at = smaller
    }
  }

  #due(at: number): number {
    return this.#heap[at]?.nextAttemptAt.getTime() ?? Number.POSITIVE_INFINITY
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (!first || !second) return
    this.#heap[a] = second
    this.#heap[b] = first
  }
}
