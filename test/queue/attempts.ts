/**
 * A queue under test: what its attempts do is the test's choice, what they did is written down.
 */
import { once, EventEmitter } from 'node:events'
import { forAll, type Outcome, type Outcomes } from '../../src/mail/outcome.js'
import { QueueIds } from '../../src/queue/ids.js'
import { pending, type QueueItem } from '../../src/queue/item.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { Queue, type QueueOptions } from '../../src/queue/queue.js'
import { Activity } from '../../src/time/activity.js'
import { bounded, patience } from '../support/bounded.js'
import { ManualClock } from '../support/manual-clock.js'
import { itemOf } from './items.js'

const minute = 60_000
const hour = 60 * minute
export const retry = {
  after: [minute, 5 * minute, 15 * minute, hour, 3 * hour],
  expire: 5 * 24 * hour,
  probe: 15 * minute,
  warn: 4 * hour,
}

export const delivered: Outcome = { kind: 'delivered', reply: { code: 250, enhanced: '2.0.0', text: 'Ok' } }
export const busy: Outcome = {
  kind: 'deferred',
  problem: { stage: 'connect', reply: { code: 421, enhanced: '4.3.2', text: 'Busy' }, cause: '421' },
}
export const later: Outcome = {
  kind: 'deferred',
  problem: { stage: 'rcpt', reply: { code: 450, enhanced: '4.2.1', text: 'Later' }, cause: '450' },
}
export const dead: Outcome = {
  kind: 'deferred',
  problem: { stage: 'connect', reply: null, cause: 'ECONNREFUSED' },
}
export const refused: Outcome = {
  kind: 'failed',
  problem: { stage: 'rcpt', reply: { code: 550, enhanced: '5.1.1', text: 'Unknown' }, cause: '550' },
}

export type Recorded = Parameters<QueueOptions['record']>[0]

interface Attempt {
  readonly item: QueueItem
  /** Minutes since the clock began. */
  readonly at: number
  end(outcome: Outcome | Outcomes | Error): void
}

export function itemsOf(queue: Queue): QueueItem[] {
  return Array.from(queue.messages(), ({ item }) => item)
}

export class TestQueue {
  readonly clock = new ManualClock()
  readonly activity = new Activity()
  readonly spool = new MemorySpool()
  readonly #ids = new QueueIds(this.spool.origin)
  readonly queue: Queue
  readonly attempts: Attempt[] = []
  readonly events: Recorded[] = []
  readonly #changes = new EventEmitter()
  readonly #began = this.clock.now().getTime()
  #running = 0
  #mostRunning = 0

  /** `answer`: how each attempt ends at once; without it the test ends them. */
  constructor(options: Partial<QueueOptions> = {}, answer?: (item: QueueItem) => Outcome | Outcomes | Error) {
    this.queue = new Queue({
      mta: 'gateway',
      clock: this.clock,
      activity: this.activity,
      retry,
      spool: this.spool,
      concurrency: 20,
      destinationOf: () => 'next',
      attempt: item => this.#attempt(item, answer?.(item)),
      // nobody is told: what has failed stays failed
      report: item => Promise.resolve({ ...item, warned: true }),
      record: event => this.events.push(event),
      ...options,
    })
  }

  /** A message in its spool that was received now. */
  readonly item = (...recipients: readonly string[]): QueueItem => {
    const now = this.clock.now()
    const item = itemOf(this.#ids.next(), 1, recipients.length > 0 ? recipients : undefined)
    return { ...item, receivedAt: now, nextAttemptAt: now, expiresAt: new Date(now.getTime() + retry.expire) }
  }

  /** Minutes at which there was an attempt. */
  readonly times = (): number[] => this.attempts.map(({ at }) => at)

  /** Attempts at once, at most so far. */
  readonly mostRunning = (): number => this.#mostRunning

  /** Resolves when so many attempts have begun. */
  readonly untilAttempts = async (count: number): Promise<void> => {
    const wait = async (signal: AbortSignal): Promise<void> => {
      while (this.attempts.length < count) await once(this.#changes, 'attempt', { signal })
    }
    await bounded(patience, wait, () => `${this.attempts.length} of ${count} attempts after ${patience} ms`)
  }

  async #attempt(item: QueueItem, answer?: Outcome | Outcomes | Error): Promise<Outcomes> {
    this.#mostRunning = Math.max(this.#mostRunning, ++this.#running)
    const ended = new Promise<Outcome | Outcomes | Error>(end => {
      this.attempts.push({ item, at: (this.clock.now().getTime() - this.#began) / minute, end })
    })
    this.#changes.emit('attempt')
    const outcome = answer ?? (await ended)
    this.#running--
    if (outcome instanceof Error) throw outcome
    return 'kind' in outcome ? forAll(pending(item), outcome) : outcome
  }
}
