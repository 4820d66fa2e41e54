/**
 * Being told to stop: Ctrl-C, or a signal from another process. The first one asks, the second one ends the process.
 */
import { setMaxListeners } from 'node:events'
import type { ExitStatus } from './exit.js'

const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

export type StopSignal = keyof typeof statuses

export class Interruption {
  readonly #controller = new AbortController()
  readonly #signals: readonly StopSignal[]
  readonly #atOnce: () => void
  #status: ExitStatus = 0

  /** Listens until `close`. `atOnce` is called before a second signal ends the process. */
  constructor(signals: readonly StopSignal[], atOnce: () => void = () => undefined) {
    this.#signals = signals
    this.#atOnce = atOnce
    setMaxListeners(0, this.#controller.signal)
    for (const signal of signals) process.on(signal, this.#told)
  }

  /** Aborts with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Of a command that did not come to its end; 0 where no signal came. */
  get status(): ExitStatus {
    return this.#status
  }

  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#told)
  }

  readonly #told = (signal: StopSignal): void => {
    if (this.#status !== 0) {
      this.#atOnce()
      process.exit(statuses[signal])
    }
    this.#status = statuses[signal]
    this.#controller.abort()
  }
}

/** Resolves once one of the signals has aborted. */
export function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise(resolve => {
    for (const signal of signals) {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    }
  })
}
