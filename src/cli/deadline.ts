/**
 * A time by which something must have happened.
 */
export class Deadline {
  readonly #over: Promise<null>
  readonly #stop: () => void

  /** In `ms` milliseconds, or when the signal aborts. To be closed. */
  constructor(ms: number, signal: AbortSignal) {
    let end: () => void = () => undefined
    this.#over = new Promise(resolve => {
      end = () => resolve(null)
    })
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    this.#stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
  }

  /** Settles as the promise does, or resolves with null where that is too late. */
  or<Value>(promise: Promise<Value>): Promise<Value | null> {
    return Promise.race([promise, this.#over])
  }

  close(): void {
    this.#stop()
  }
}
