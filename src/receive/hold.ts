/**
 * The wait that a fault rule puts before an answer: one at a time, as a session answers one thing at a time.
 */
export class Hold {
  #timer: NodeJS.Timeout | undefined
  #goOn: (() => void) | null = null

  get isHeld(): boolean {
    return this.#goOn !== null
  }

  /** Calls `goOn` once: after `ms` milliseconds, or where the wait is ended before. */
  start(ms: number, goOn: () => void): void {
    this.#goOn = goOn
    this.#timer = setTimeout(() => this.end(), ms)
  }

  /** Goes on at once. */
  end(): void {
    clearTimeout(this.#timer)
    const goOn = this.#goOn
    this.#goOn = null
    goOn?.()
  }
}
