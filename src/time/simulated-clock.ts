/**
 * A clock that begins at a moment of one's own and runs slower or faster than the machine's. It is monotonic: whoever
 * sets the machine's clock does not move it.
 */
import { type Clock, systemClock } from './clock.js'

export class SimulatedClock implements Clock {
  readonly #start: number
  readonly #speed: number
  readonly #began = performance.now()

  /** `speed`: milliseconds of mail time in one of the machine's, more than 0. */
  constructor(start: Date, speed: number) {
    this.#start = start.getTime()
    this.#speed = speed
  }

  now(): Date {
    return new Date(Math.floor(this.#start + (performance.now() - this.#began) * this.#speed))
  }

  /** A timer may be early by a part of a millisecond, which is much at a high speed: it goes on until the time has come. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const due = this.now().getTime() + ms
    for (let left = ms; left > 0 && !signal.aborted; left = due - this.now().getTime()) {
      await systemClock.sleep(Math.ceil(left / this.#speed), signal)
    }
  }
}
