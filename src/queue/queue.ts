/**
 * An MTA's queue: tries what is due, keeps what is deferred or failed. Nothing leaves it but by being handed on. An
 * attempt that was cut off in whatever way counts as deferred; a spool that cannot record a deferral still holds the
 * item as it was before, so the worst a crash can do is one more attempt.
 */
import type { Retry } from '../config/types.js'
import type { DeferredEvent, FailedEvent } from '../journal/event.js'
import { forAll, type Outcomes } from '../mail/outcome.js'
import { describeProblem } from '../mail/problem.js'
import type { Clock } from '../time/clock.js'
import { isFinished, isPending, pending, type QueueItem, type RecipientState } from './item.js'
import { owesReport } from './report-due.js'
import { Schedule } from './schedule.js'
import { settle } from './settle.js'
import type { Spool } from './spool.js'

export interface QueueOptions {
  readonly clock: Clock
  readonly retry: Retry
  readonly spool: Pick<Spool, 'update' | 'remove'>
  /** Attempts at once. */
  readonly concurrency: number
  /** Tries to hand the item on to its pending recipients; never rejects. */
  attempt(item: QueueItem): Promise<Outcomes>
  /** Makes the reports that are due; resolves with the item in which they are noted, never rejects. */
  report(item: QueueItem): Promise<QueueItem>
  record(event: DeferredEvent | FailedEvent): void
}

export class Queue {
  readonly #options: QueueOptions
  readonly #items = new Map<string, QueueItem>()
  readonly #ready = new Set<QueueItem>()
  readonly #deferred = new Schedule()
  readonly #running = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  #wake = new AbortController()
  #watching: Promise<void> = Promise.resolve()
  #open = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** All messages in it, failed ones too. */
  get items(): QueueItem[] {
    return [...this.#items.values()]
  }

  /** Takes an item that is in the spool; it is due at once, whatever its schedule says. */
  add(item: QueueItem): void {
    // a stop may have come between its last report and its removal
    if (isFinished(item)) {
      this.#options.spool.remove(item)
      return
    }
    this.#items.set(item.id, item)
    this.#ready.add(item)
    this.#runReady()
  }

  /** Begins to try what is due. */
  start(): void {
    this.#open = true
    this.#runReady()
    this.#watching = this.#watch()
  }

  /** Starts no attempt any more, and resolves when those under way have ended. */
  async close(): Promise<void> {
    this.#open = false
    this.#closing.abort()
    this.#wake.abort()
    await Promise.all([...this.#running, this.#watching])
  }

  #runReady(): void {
    if (!this.#open) return
    for (const item of this.#ready) {
      if (this.#running.size >= this.#options.concurrency) return
      this.#ready.delete(item)
      const attempt: Promise<void> = this.#try(item).finally(() => {
        this.#running.delete(attempt)
        this.#runReady()
      })
      this.#running.add(attempt)
    }
  }

  async #try(item: QueueItem): Promise<void> {
    const { clock, retry } = this.#options
    const outcomes = pending(item).length > 0 ? await this.#attempt(item) : new Map<never, never>()
    const attempted = settle(item, outcomes, clock.now(), retry)
    this.#report(item, attempted)
    const settled = owesReport(attempted, clock.now(), retry) ? await this.#options.report(attempted) : attempted
    if (isFinished(settled)) {
      this.#items.delete(item.id)
      this.#options.spool.remove(item)
      return
    }
    this.#items.set(item.id, settled)
    // not recorded is as before: the item is tried once more after a restart
    await this.#options.spool.update(settled).catch(() => undefined)
    this.#defer(settled)
  }

  /** What throws is a mistake of ours: the message waits like any other that is deferred, and keeps the reason. */
  async #attempt(item: QueueItem): Promise<Outcomes> {
    try {
      return await this.#options.attempt(item)
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      return forAll(pending(item), { kind: 'deferred', problem: { stage: 'message', reply: null, cause } })
    }
  }

  #defer(item: QueueItem): void {
    const first = this.#deferred.nextAt
    this.#deferred.add(item)
    if (first === null || item.nextAttemptAt < first) this.#wake.abort()
  }

  /** Moves deferred items to the ready ones when their time comes. */
  async #watch(): Promise<void> {
    const { clock } = this.#options
    while (!this.#closing.signal.aborted) {
      this.#wake = new AbortController()
      const nextAt = this.#deferred.nextAt
      if (nextAt) await clock.sleep(Math.max(nextAt.getTime() - clock.now().getTime(), 0), this.#wake.signal)
      else await aborted(this.#wake.signal)
      this.#takeDue()
    }
  }

  #takeDue(): void {
    const now = this.#options.clock.now()
    for (let item = this.#deferred.take(now); item; item = this.#deferred.take(now)) this.#ready.add(item)
    this.#runReady()
  }

  /** An event for each recipient that the attempt was for and that did not get the message. */
  #report(before: QueueItem, item: QueueItem): void {
    item.recipients.forEach((recipient, at) => {
      const was = before.recipients[at]
      if (was && isPending(was)) this.#reportRecipient(recipient, item)
    })
  }

  #reportRecipient(recipient: RecipientState, item: QueueItem): void {
    if (recipient.state !== 'failed' && recipient.state !== 'deferred') return
    const time = this.#options.clock.now().toISOString()
    const { mta, id, attempts } = item
    const happening = { time, mta, id, recipients: [recipient.mailbox], problem: describeProblem(recipient.problem) }
    if (recipient.state === 'failed') {
      this.#options.record({ event: 'failed', ...happening })
      return
    }
    const nextAttemptAt = item.nextAttemptAt.toISOString()
    this.#options.record({ event: 'deferred', ...happening, attempts, nextAttemptAt })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
