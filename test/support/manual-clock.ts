/**
 * Mail time that stands still until a test moves it.
 */
import { EventEmitter, once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../src/time/clock.js'
import { bounded, patience } from './bounded.js'

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

export class ManualClock implements Clock {
  #now: number
  /** In the order in which they fell asleep. */
  #sleepers: readonly Sleeper[] = []
  readonly #changes = new EventEmitter()

  constructor(start = new Date('2026-11-24T10:00:00Z')) {
    this.#now = start.getTime()
  }

  now(): Date {
    return new Date(this.#now)
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || signal.aborted) return
    await new Promise<void>(resolve => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake)
        this.#setSleepers(this.#sleepers.filter(other => other !== sleeper))
        resolve()
      }
      const sleeper = { due: this.#now + ms, wake }
      signal.addEventListener('abort', wake)
      this.#setSleepers([...this.#sleepers, sleeper])
    })
  }

  /**
   * Moves the time on, and stops at every sleeper that is due on the way, those included that fall asleep again meanwhile.
   * A sleeper gets one turn of the event loop before the time moves on: await `untilWaiting` where it does more between two sleeps.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.due
      next.wake()
      await turn()
    }
    this.#now = end
  }

  /** How many are asleep. */
  get waiting(): number {
    return this.#sleepers.length
  }

  /** Resolves when at least `count` are asleep; rejects where that does not come about in a bounded time. */
  untilWaiting(count: number): Promise<void> {
    const wait = async (signal: AbortSignal): Promise<void> => {
      while (this.waiting < count) await once(this.#changes, 'change', { signal })
    }
    return bounded(patience, wait, () => `${this.waiting} of ${count} sleepers after ${patience} ms`)
  }

  #next(end: number): Sleeper | undefined {
    const due = this.#sleepers.filter(sleeper => sleeper.due <= end)
    // The first of the earliest: toSorted is stable
    return due.toSorted((one, other) => one.due - other.due)[0]
  }

  #setSleepers(sleepers: readonly Sleeper[]): void {
    this.#sleepers = sleepers
    this.#changes.emit('change')
  }
}
