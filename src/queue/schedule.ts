/**
 * When a deferred message is tried next: the waits of the configuration, the last one repeated (RFC 5321 4.5.4.1),
 * and what waits for a time, in order of it.
 */
import type { Retry } from '../config/types.js'

/** Milliseconds until the next attempt, `attempts` having been made. */
export function waitAfter(attempts: number, { after }: Pick<Retry, 'after'>): number {
  return after[Math.min(attempts, after.length) - 1] ?? 0
}

interface Waiting<Value> {
  readonly value: Value
  /** Mail time, ms. */
  readonly due: number
  /** Those that are due at the same time come in the order they were added. */
  readonly order: number
}

/** A binary heap by time. */
export class Schedule<Value> {
  readonly #heap: Waiting<Value>[] = []
  #added = 0

  /** The one that is due first; null where none waits. */
  get first(): Pick<Waiting<Value>, 'value' | 'due'> | null {
    return this.#heap[0] ?? null
  }

  add(value: Value, due: number): void {
    let at = this.#heap.push({ value, due, order: this.#added++ }) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Takes the first out if it is due at that time. */
  take(now: number): Value | null {
    const first = this.#heap[0]
    if (!first || first.due > now) return null
    const last = this.#heap.pop()
    if (last && this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink()
    }
    return first.value
  }

  #sink(): void {
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const first = this.#isBefore(right, left) ? right : left
      if (!this.#isBefore(first, at)) return
      this.#swap(at, first)
      at = first
    }
  }

  /** False where there is nothing at `a`. */
  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (!one || !other) return one !== undefined
    return one.due === other.due ? one.order < other.order : one.due < other.due
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (!first || !second) return
    this.#heap[a] = second
    this.#heap[b] = first
  }
}
