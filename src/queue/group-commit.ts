/**
 * Commits that come together share one transaction, and so one flush. One transaction runs at a time; what comes
 * meanwhile is the next. Where the last one was shared, many are at work: then the next waits a little for more of
 * them, since each commit costs the same however much is in it. A message that is alone never waits.
 */

import { setTimeout as wait } from 'node:timers/promises'

interface Write<Operation> {
  readonly operation: Operation
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** How long others are waited for where many are at work, ms. */
const gathering = 2
/** How long after a commit that failed the next one is begun, ms: lmdb tells it before it is done with it. */
const recovering = 100

/** One message makes at most so many writes at once: two puts of its own, two removals of the hop before. */
const alone = 4

export class GroupCommit<Operation> {
  readonly #commit: (operations: readonly Operation[]) => readonly Promise<void>[]
  readonly #between: () => Promise<void> | null
  #waiting: Write<Operation>[] = []
  #lastSize = 0
  #running: Promise<void> | null = null

  /**
   * `commit` begins to write all of them, in that order, and returns a promise for each. `between` is called after each
   * transaction; none is begun before its promise is resolved.
   */
  constructor(
    commit: (operations: readonly Operation[]) => readonly Promise<void>[],
    between: () => Promise<void> | null = () => null,
  ) {
    this.#commit = commit
    this.#between = between
  }

  /** Resolves once the operation is flushed; rejects with what it failed of by itself. Order is kept. */
  write(operation: Operation): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves once nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** Has `between` called, if need be after the transaction that runs. */
  rest(): void {
    this.#running ??= Promise.resolve().then(() => this.#run())
  }

  async #run(): Promise<void> {
    do {
      if (this.#waiting.length > 0) await this.#writeAll()
      const between = this.#between()
      if (between) await between
    } while (this.#waiting.length > 0)
    this.#running = null
  }

  /** What waits now, and what joins it. */
  async #writeAll(): Promise<void> {
    // content and item of one message are put in the same turn
    await (this.#lastSize > alone ? wait(gathering) : Promise.resolve())
    const writes = this.#waiting
    this.#waiting = []
    this.#lastSize = writes.length
    const committing = this.#commit(writes.map(({ operation }) => operation))
    const results = await Promise.allSettled(committing)
    writes.forEach(({ resolve, reject }, at) => {
      const result = results[at]
      if (result?.status === 'rejected') reject(result.reason)
      else resolve()
    })
    if (results.some(({ status }) => status === 'rejected')) await wait(recovering)
  }
}
