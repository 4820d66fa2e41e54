/**
 * First in, first out, in constant time, however long it gets.
 */
export class Fifo<Value> {
  #values: Value[] = []
  #head = 0

  add(value: Value): void {
    this.#values.push(value)
  }

  /** The first one; it stays. */
  peek(): Value | null {
    return this.#values[this.#head] ?? null
  }

  /** Takes the first one out. */
  take(): Value | null {
    const first = this.peek()
    if (first === null) return null
    this.#head++
    // what was taken is let go once it is more than half
    if (this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head)
      this.#head = 0
    }
    return first
  }

  /** From the first to the last; what is added meanwhile too. */
  *[Symbol.iterator](): Iterator<Value> {
    for (let at = this.#head; at < this.#values.length; at++) {
      const value = this.#values[at]
      if (value !== undefined) yield value
    }
  }
}
