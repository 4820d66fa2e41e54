/**
 * What is tried when. An attempt that was cut off in whatever way counts as deferred; what a stop finds under way is ended
 * first.
 */
import type { Retry } from '../config/types.js'
import type { DeferredEvent, FailedEvent, QueueEvent, SetAsideEvent } from '../journal/event.js'
import { forAll, type Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import type { Activity } from '../time/activity.js'
import type { Clock } from '../time/clock.js'
import { Agenda } from './agenda.js'
import { Alarm } from './alarm.js'
import { Destination } from './destination.js'
import type { Entries } from './entries.js'
import type { Entry } from './entry.js'
import { eventsOf, waitingEvent } from './events.js'
import { isFinished, isPending, pending, type QueueItem } from './item.js'
import { owesReport } from './report-due.js'
import { settle } from './settle.js'
import type { Spool } from './spool.js'
import { unhurried } from './unhurried.js'

export interface RunnerOptions {
  readonly clock: Clock
  /** Told while something is tried, or ready to be. */
  readonly activity: Activity
  readonly retry: Retry
  readonly spool: Pick<Spool, 'rest'>
  /** Attempts at once for each destination. */
  readonly concurrency: number
  /** Where it goes next: what does not answer there does not hold up the others. */
  destinationOf(item: QueueItem): string
  /** Tries to hand the item on to its pending recipients; never rejects. */
  attempt(item: QueueItem): Promise<Outcomes>
  /** Makes the reports that are due; resolves with the item in which they are noted, never rejects. */
  readonly report: (item: QueueItem) => Promise<QueueItem>
  readonly record: (event: DeferredEvent | FailedEvent | QueueEvent | SetAsideEvent) => void
}

const none: Outcomes = new Map()

export class Runner {
  readonly #options: RunnerOptions
  readonly #entries: Entries
  readonly #destinations = new Map<string, Destination>()
  readonly #agenda = new Agenda()
  readonly #running = new Set<Promise<void>>()
  readonly #alarm: Alarm
  #open = false
  #rest: (() => void) | null = null

  constructor(options: RunnerOptions, entries: Entries) {
    this.#options = options
    this.#entries = entries
    this.#alarm = new Alarm(
      options.clock,
      () => this.#nextAt(),
      () => this.#takeDue(),
    )
  }

  get destinations(): readonly Destination[] {
    return [...this.#destinations.values()]
  }

  start(): void {
    this.#open = true
    this.#runAll()
    this.#alarm.start()
  }

  async close(): Promise<void> {
    this.#open = false
    this.#showActivity()
    await Promise.all([...this.#running, this.#alarm.close()])
  }

  destinationOf(item: QueueItem): Destination {
    const name = this.#options.destinationOf(item)
    const known = this.#destinations.get(name)
    if (known) return known
    const destination = new Destination(name, this.#options.retry)
    this.#destinations.set(name, destination)
    return destination
  }

  /** It is tried as soon as its destination has room. */
  ready(entry: Entry): void {
    const { destination } = entry
    destination.add(entry)
    if (destination.health.problem) this.#wait(entry, destination.health.problem)
    this.#run(destination)
  }

  #runAll(): void {
    for (const destination of this.#destinations.values()) this.#run(destination)
  }

  #run(destination: Destination): void {
    while (this.#open && destination.running < this.#options.concurrency) {
      const entry = destination.take(this.#now())
      if (!entry) break
      this.#track(this.#try(entry), destination)
    }
    this.#showActivity()
  }

  #track(work: Promise<void>, destination: Destination): void {
    const tracked: Promise<void> = work.finally(() => {
      this.#running.delete(tracked)
      this.#run(destination)
    })
    this.#running.add(tracked)
  }

  #showActivity(): void {
    if (this.#running.size > 0) {
      this.#rest ??= this.#options.activity.begin()
      return
    }
    this.#alarm.rouse()
    this.#rest?.()
    this.#rest = null
  }

  async #try(entry: Entry): Promise<void> {
    const { destination } = entry
    entry.place = 'running'
    destination.running++
    const began = destination.health.begin()
    const item = this.#entries.load(entry)
    // nothing may be pending: then a report is owed
    const outcomes = item?.recipients.some(isPending) ? await this.#attempt(item) : none
    destination.running--
    if (!item) return
    if (outcomes.size > 0) this.#judge(destination, outcomes, began)
    await this.#settled(entry, item, outcomes)
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

  #judge(destination: Destination, outcomes: Outcomes, began: number): void {
    const { health } = destination
    const before = health.problem
    health.judge(outcomes, began, this.#now())
    if (before === null && health.problem) this.#track(this.#waitAll(destination), destination)
    if (health.problem === null) for (const entry of destination.takeUnreached()) this.ready(entry)
    else this.#alarm.rouse()
  }

  /** All that are ready. Of each its item is read, so everything else has its turn in between, and the spool too. */
  async #waitAll(destination: Destination): Promise<void> {
    for await (const entry of unhurried([...destination.ready()], this.#options.spool)) {
      const { problem } = destination.health
      if (!problem || !this.#open) return
      if (entry.place === 'ready') this.#wait(entry, problem)
    }
  }

  /** It is not tried as long as its destination is left alone; when its sender is to be told of that it is looked at. */
  #wait(entry: Entry, problem: Problem): void {
    this.#agenda.watch(entry)
    this.#alarm.rouse()
    if (entry.told) return
    entry.told = true
    const item = this.#entries.load(entry)
    if (item) this.#options.record(waitingEvent(item, problem, entry.destination.health.probeAt, this.#time()))
  }

  /** `isTried`: there was an attempt. */
  async #settled(entry: Entry, item: QueueItem, outcomes: Outcomes, isTried = true): Promise<void> {
    const { clock, retry, record, report } = this.#options
    const after = settle(item, outcomes, clock.now(), retry, isTried)
    if (isFinished(after)) {
      this.#entries.remove(entry, after)
      return
    }
    // it may have been held by hand meanwhile
    const attempted = { ...after, held: entry.holdNext }
    entry.attempts = attempted.attempts
    entry.told = true
    const events = eventsOf(item, attempted, this.#time())
    for (const event of events) if (event.event === 'failed') record(event)
    const settled = owesReport(attempted, clock.now(), retry) ? await report(attempted) : attempted
    if (isFinished(settled)) {
      this.#entries.remove(entry, settled)
      return
    }
    await this.#entries.store(entry, settled)
    this.#defer(entry, settled)
    for (const event of events) if (event.event === 'deferred') record(event)
  }

  #defer(entry: Entry, item: QueueItem): void {
    entry.place = 'scheduled'
    entry.isOwed = !item.recipients.some(isPending)
    entry.warnAt = this.warnAt(item)
    entry.due = item.nextAttemptAt.getTime()
    if (entry.holdNext) {
      entry.holdNext = false
      entry.place = 'held'
      return
    }
    this.#agenda.defer(entry)
    if (entry.destination.health.problem) entry.destination.unreached(entry)
    this.#alarm.rouse()
  }

  #nextAt(): number | null {
    const times = [this.#agenda.nextAt, ...[...this.#destinations.values()].map(destination => destination.probeAt)]
    const known = times.filter(time => time !== null)
    return known.length > 0 ? Math.min(...known) : null
  }

  #takeDue(): void {
    const { tried, watched } = this.#agenda.take(this.#now())
    for (const entry of tried) this.ready(entry)
    for (const entry of watched) if (entry.place === 'ready') this.#deferUntried(entry)
    this.#runAll()
  }

  /** Its destination does not answer, and its sender is to be told: of the delay, or that its time is over. */
  #deferUntried(entry: Entry): void {
    const { problem } = entry.destination.health
    const item = problem && this.#entries.load(entry)
    if (!item) return
    entry.place = 'running'
    const outcomes = forAll(pending(item), { kind: 'deferred', problem })
    this.#track(this.#settled(entry, item, outcomes, false), entry.destination)
    this.#showActivity()
  }

  /** When its sender is to be told of the delay, mail time in ms. */
  warnAt({ receivedAt, warned }: QueueItem): number {
    const { warn } = this.#options.retry
    return warn === null || warned ? Number.POSITIVE_INFINITY : receivedAt.getTime() + warn
  }

  #now(): number {
    return this.#options.clock.now().getTime()
  }

  #time(): string {
    return this.#options.clock.now().toISOString()
  }
}
