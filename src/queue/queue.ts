/**
 * An MTA's queue: tries what is due, keeps what is deferred or failed. Nothing leaves it but by being handed on. An
 * attempt that was cut off in whatever way counts as deferred; a spool that cannot record a deferral still holds the
 * item as it was before, so the worst a crash can do is one more attempt.
 */
import type { Retry } from '../config/types.js'
import type { DeferredEvent, FailedEvent } from '../journal/event.js'
import { forAll, type Outcomes } from '../mail/outcome.js'
import { describeProblem } from '../mail/problem.js'
import type { Activity } from '../time/activity.js'
import type { Clock } from '../time/clock.js'
import { isPending, pending, type QueueItem, type RecipientState } from './item.js'
import { Schedule } from './schedule.js'
import { settle } from './settle.js'
import type { Spool } from './spool.js'

export interface QueueOptions {
  readonly clock: Clock
  /** Told while something is tried, or ready to be. */
  readonly activity: Activity
  readonly retry: Retry
  readonly spool: Pick<Spool, 'update' | 'remove'>
  /** Attempts at once. */
  readonly concurrency: number
  /** Tries to hand the item on to its pending recipients; never rejects. */
  attempt(item: QueueItem): Promise<Outcomes>
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
  #rest: (() => void) | null = null

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** All messages in it, failed ones too. */
  get items(): QueueItem[] {
    return [...this.#items.values()]
  }

  /** Takes an item that is in the spool; it is due at once, whatever its schedule says. */
  add(item: QueueItem): void {
    this.#items.set(item.id, item)
    if (pending(item).length === 0) return
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
    this.#showActivity()
    await Promise.all([...this.#running, this.#watching])
  }

  #runReady(): void {
    for (const item of this.#ready) {
      if (!this.#open || this.#running.size >= this.#options.concurrency) break
      this.#ready.delete(item)
      const attempt: Promise<void> = this.#try(item).finally(() => {
        this.#running.delete(attempt)
        this.#runReady()
      })
      this.#running.add(attempt)
    }
    this.#showActivity()
  }

  #showActivity(): void {
    if (this.#running.size > 0 || (this.#open && this.#ready.size > 0)) {
      this.#rest ??= this.#options.activity.begin()
      return
    }
    this.#rest?.()
    this.#rest = null
  }

  async #try(item: QueueItem): Promise<void> {
    const outcomes = await this.#attempt(item)
    const settled = settle(item, outcomes, this.#options.clock.now(), this.#options.retry)
    if (settled.recipients.every(({ state }) => state === 'delivered')) {
      this.#items.delete(item.id)
      this.#options.spool.remove(item)
      return
    }
    this.#items.set(item.id, settled)
    // not recorded is as before: the item is tried once more after a restart
    await this.#options.spool.update(settled).catch(() => undefined)
    if (pending(settled).length > 0) this.#defer(settled)
    this.#report(item, settled)
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
