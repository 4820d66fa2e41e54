/**
 * The chain's clock: another clock that can be moved on. Whoever sleeps until a moment that is passed so is woken, the
 * earliest first, and what that sets off comes to rest before time moves again. It never runs backwards, and never
 * rejects; after `close` it moves no more, nobody sleeps on it, and no timer is left.
 */
import type { Activity } from './activity.js'
import type { Clock } from './clock.js'

/** A clock that jumps goes so far by itself, ms: what would wait for longer, and be tried for ever, is not worth the way. */
const farthestJump = 3650 * 24 * 3600 * 1000

interface Sleeper {
  readonly due: number
  /** Ends its wait on the other clock: it looks whether its time has come. */
  look(): void
}

export interface ChainClockOptions {
  /** What it runs on between the moves. */
  readonly base: Clock
  /** What holds up the moves. */
  readonly activity: Activity
  /** Where nothing is in flight it moves on to the next sleeper by itself. */
  readonly jumps: boolean
}

export class ChainClock implements Clock {
  readonly #base: Clock
  readonly #activity: Activity
  readonly #jumps: boolean
  readonly #sleepers = new Set<Sleeper>()
  /** No jump goes beyond, ms. */
  readonly #horizon: number
  /** Milliseconds that it is ahead of the other clock. */
  #ahead = 0
  #closed = false
  /** The moves that were asked for, one after the other. */
  #moves: Promise<void> = Promise.resolve()
  #moving = 0
  #jumping = false

  constructor({ base, activity, jumps }: ChainClockOptions) {
    this.#base = base
    this.#activity = activity
    this.#jumps = jumps
    this.#horizon = base.now().getTime() + farthestJump
  }

  now(): Date {
    return new Date(this.#now())
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const due = this.#now() + ms
    while (this.#now() < due && !signal.aborted && !this.#closed) await this.#wait(due, signal)
  }

  /** Moves on by so much, once nothing works; resolves when all that was due on the way has come to rest. */
  advance(ms: number): Promise<void> {
    this.#moving++
    this.#moves = this.#moves.then(() => this.#advance(ms))
    return this.#moves
  }

  /** Resolves once nothing is in flight and nobody's time has come; where it jumps, once nobody sleeps any more. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#activity.idle()
      const next = this.#next(this.#jumps && this.#moving === 0 ? this.#horizon : this.#now())
      if (next === null || this.#closed) return
      this.#moveTo(next)
    }
  }

  /** Is not before that moment: dates go on where an earlier run has ended. */
  notBefore(moment: Date): void {
    this.#moveTo(moment.getTime())
  }

  close(): void {
    this.#closed = true
    for (const sleeper of this.#sleepers) sleeper.look()
  }

  #now(): number {
    return this.#base.now().getTime() + this.#ahead
  }

  async #wait(due: number, signal: AbortSignal): Promise<void> {
    const interruption = new AbortController()
    const look = (): void => interruption.abort()
    const sleeper: Sleeper = { due, look }
    signal.addEventListener('abort', look, { once: true })
    this.#sleepers.add(sleeper)
    void this.#jump()
    await this.#base.sleep(due - this.#now(), interruption.signal)
    this.#sleepers.delete(sleeper)
    signal.removeEventListener('abort', look)
  }

  async #advance(ms: number): Promise<void> {
    await this.#activity.rest()
    const end = this.#now() + ms
    for (let next = this.#next(end); next !== null && !this.#closed; next = this.#next(end)) {
      this.#moveTo(next)
      await this.#activity.rest()
    }
    this.#moveTo(end)
    await this.#activity.rest()
    this.#moving--
    void this.#jump()
  }

  /** One at a time, and never while it is moved on: then it goes where it was told to. */
  async #jump(): Promise<void> {
    if (!this.#jumps || this.#jumping) return
    this.#jumping = true
    while (this.#sleepers.size > 0 && this.#moving === 0 && !this.#closed) {
      await this.#activity.idle()
      const next = this.#next(this.#horizon)
      if (next === null) break
      if (this.#moving === 0 && !this.#closed) this.#moveTo(next)
    }
    this.#jumping = false
  }

  /** When the earliest sleeper is due; null where none is by that time. */
  #next(end: number): number | null {
    let next = Infinity
    for (const { due } of this.#sleepers) next = Math.min(next, due)
    return next <= end && next < Infinity ? next : null
  }

  /** Wakes all that are due by then. */
  #moveTo(moment: number): void {
    if (this.#closed) return
    this.#ahead += Math.max(moment - this.#now(), 0)
    // a wait on the other clock ends at the time that was right before: all look again
    for (const sleeper of this.#sleepers) sleeper.look()
  }
}
