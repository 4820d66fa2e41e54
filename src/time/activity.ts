/**
 * What is in flight in a chain: whoever moves a message says when it begins and when it is over. Mail time waits for
 * it. Nothing here fails; what is never ended holds up whoever waits.
 */
import { setImmediate as turn } from 'node:timers/promises'

/** `work` comes to its end by itself; how long a client's `transaction` takes is the client's choice. */
export type ActivityKind = 'work' | 'transaction'

export class Activity {
  readonly #open: Record<ActivityKind, number> = { work: 0, transaction: 0 }
  /** Resolves the waits for an end. */
  #waiting: (() => void)[] = []
  #begun = 0

  /** Something is in flight until the returned function is called; called again that does nothing. */
  begin(kind: ActivityKind = 'work'): () => void {
    this.#open[kind]++
    this.#begun++
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#open[kind]--
      const waiting = this.#waiting
      this.#waiting = []
      for (const resolve of waiting) resolve()
    }
  }

  /** In flight as long as the promise is pending. */
  async during<Value>(work: () => Promise<Value>): Promise<Value> {
    const end = this.begin()
    try {
      return await work()
    } finally {
      end()
    }
  }

  /** Nothing is in flight at this moment; what was over just now may still lead to something. */
  get isIdle(): boolean {
    return this.#open.work === 0 && this.#open.transaction === 0
  }

  /** Resolves once nothing is in flight, and nothing that ended leads to more. */
  idle(): Promise<void> {
    return this.#until(() => this.isIdle)
  }

  /** As `idle`, but waits for no client's transaction. */
  rest(): Promise<void> {
    return this.#until(() => this.#open.work === 0)
  }

  async #until(isQuiet: () => boolean): Promise<void> {
    for (;;) {
      while (!isQuiet()) await new Promise<void>(resolve => this.#waiting.push(resolve))
      const begun = this.#begun
      // what an end sets off runs in the promises that wait for it, and in callbacks of this turn and the next
      await turn()
      await turn()
      if (isQuiet() && this.#begun === begun) return
    }
  }
}
