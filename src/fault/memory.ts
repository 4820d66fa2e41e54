/**
 * What rules remember of messages and triples: so many, the oldest is forgotten first, whatever clients send.
 */
import { createHash } from 'node:crypto'

/** Of things that clients say: as short as any other, however much was said. */
export function keyOf(said: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('base64')
}

export class Memory<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #most: number

  constructor(most = 100_000) {
    this.#most = most
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  set(key: Key, value: Value): void {
    // what was set last is the newest
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#most) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}
