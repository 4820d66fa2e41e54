/**
 * Wakes a queue at the mail time it asks for, however often it changes its mind.
 */
import type { Clock } from '../time/clock.js'

export class Alarm {
  readonly #clock: Clock
  readonly #nextAt: () => number | null
  readonly #ring: () => void
  #wake = new AbortController()
  #sleepsUntil: number | null = null
  #closed = false
  #watching: Promise<void> = Promise.resolve()

  /** `nextAt`: mail time, ms; null where nothing waits for a time. */
  constructor(clock: Clock, nextAt: () => number | null, ring: () => void) {
    this.#clock = clock
    this.#nextAt = nextAt
    this.#ring = ring
  }

  start(): void {
    this.#watching = this.#watch()
  }

  /** Something may be due sooner now, or what was due is no more: no clock that jumps may go there. */
  rouse(): void {
    if (this.#nextAt() !== this.#sleepsUntil) this.#wake.abort()
  }

  /** Rings no more; resolves once nothing sleeps. */
  async close(): Promise<void> {
    this.#closed = true
    this.#wake.abort()
    await this.#watching
  }

  async #watch(): Promise<void> {
    while (!this.#closed) {
      this.#wake = new AbortController()
      this.#sleepsUntil = this.#nextAt()
      if (this.#sleepsUntil === null) await aborted(this.#wake.signal)
      else await this.#clock.sleep(Math.max(this.#sleepsUntil - this.#clock.now().getTime(), 0), this.#wake.signal)
      if (!this.#closed) this.#ring()
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
