/**
 * What rules remember of messages and triples: so many, the oldest is forgotten first, whatever clients send.
 */
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
