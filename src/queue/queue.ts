/**
 * An MTA's queue: tries what is due, keeps what is deferred or failed. Nothing leaves it but by being handed on, or
 * dropped by hand. An attempt that was cut off in whatever way counts as deferred; a spool that cannot record a deferral
 * still holds the item as it was before, so the worst a crash can do is one more attempt.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Retry } from '../config/types.js'
import type { DeferredEvent, FailedEvent, QueueEvent, SetAsideEvent } from '../journal/event.js'
import { forAll, type Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import type { Activity } from '../time/activity.js'
import type { Clock } from '../time/clock.js'
import { Alarm } from './alarm.js'
import { Destination } from './destination.js'
import { Entries } from './entries.js'
import type { Entry } from './entry.js'
import { eventsOf, waitingEvent } from './events.js'
import { Hand } from './hand.js'
import { isFinished, isPending, pending, type QueueItem } from './item.js'
import { counted, listed, type QueueCounts, type QueuedMessage } from './list.js'
import { owesReport } from './report-due.js'
import { Schedule } from './schedule.js'
import { settle } from './settle.js'
import type { Spool } from './spool.js'

export interface QueueOptions {
  /** Name of the MTA whose queue it is. */
  readonly mta: string
  readonly clock: Clock
  /** Told while something is tried, or ready to be. */
  readonly activity: Activity
  readonly retry: Retry
  readonly spool: Pick<Spool, 'item' | 'update' | 'remove' | 'rest'>
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
/** Items are read so many at a time. */
const atOnce = 100

export class Queue {
  readonly #options: QueueOptions
  readonly #entries: Entries
  readonly #destinations = new Map<string, Destination>()
  readonly #scheduled = new Schedule<Entry>()
  readonly #running = new Set<Promise<void>>()
  readonly #alarm: Alarm
  #open = false
  /** What is done to its messages by hand. */
  readonly hand: Hand
  #rest: (() => void) | null = null

  constructor(options: QueueOptions) {
    this.#options = options
    const { mta, spool, clock, record } = options
    this.#entries = new Entries(spool, (id, reason) =>
      record({ event: 'set-aside', time: this.#time(), mta, key: `item/${id}`, reason }),
    )
    this.#alarm = new Alarm(
      clock,
      () => this.#nextAt(),
      () => this.#takeDue(),
    )
    this.hand = new Hand({
      entries: this.#entries,
      ready: entry => this.#ready(entry),
      record,
      time: () => this.#time(),
    })
  }

  /** How many messages are in it; asks nothing of the spool. */
  get counts(): QueueCounts {
    return counted(this.#entries)
  }

  /** All its messages, each read as it is asked for. */
  *messages(): Iterable<QueuedMessage> {
    for (const entry of this.#entries) {
      const item = this.#entries.load(entry)
      if (item) yield listed(entry, item)
    }
  }

  /** Null where it has no such message. */
  message(id: string): QueuedMessage | null {
    const entry = this.#entries.get(id)
    const item = entry && this.#entries.load(entry)
    return entry && item && listed(entry, item)
  }

  /** All destinations that it has had messages for. */
  get destinations(): readonly Destination[] {
    return [...this.#destinations.values()]
  }

  /** Takes an item that is in the spool; it is due at once, whatever its schedule says. */
  add(item: QueueItem): void {
    // a stop may have come between its last report and its removal
    if (isFinished(item)) {
      this.#options.spool.remove(item)
      return
    }
    const entry = this.#entries.enter(item, this.#destinationOf(item), this.#warnAt(item))
    if (item.held) entry.place = 'held'
    else this.#ready(entry)
  }

  /** Begins to try what is due. */
  start(): void {
    this.#open = true
    this.#runAll()
    this.#alarm.start()
  }

  /** Starts no attempt any more, and resolves when those under way have ended. */
  async close(): Promise<void> {
    this.#open = false
    this.#showActivity()
    await Promise.all([...this.#running, this.#alarm.close()])
  }

  #destinationOf(item: QueueItem): Destination {
    const name = this.#options.destinationOf(item)
    const known = this.#destinations.get(name)
    if (known) return known
    const destination = new Destination(name, this.#options.retry)
    this.#destinations.set(name, destination)
    return destination
  }

  #ready(entry: Entry): void {
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
    if (health.problem === null) for (const entry of destination.takeUnreached()) this.#ready(entry)
    else this.#alarm.rouse()
  }

  /** All that are ready. Of each its item is read, so everything else has its turn in between, and the spool too. */
  async #waitAll(destination: Destination): Promise<void> {
    for (const [at, entry] of [...destination.ready()].entries()) {
      if (at % atOnce === atOnce - 1) await Promise.all([turn(), this.#options.spool.rest()])
      const { problem } = destination.health
      if (!problem || !this.#open) return
      if (entry.place === 'ready') this.#wait(entry, problem)
    }
  }

  /** It is not tried as long as its destination is left alone; when its sender is to be told of that it is looked at. */
  #wait(entry: Entry, problem: Problem): void {
    if (entry.watchedAt === null) {
      entry.watchedAt = Math.min(entry.warnAt, entry.expiresAt)
      this.#scheduled.add(entry, entry.watchedAt)
    }
    this.#alarm.rouse()
    if (entry.told) return
    entry.told = true
    const item = this.#entries.load(entry)
    if (item) this.#options.record(waitingEvent(item, problem, entry.destination.health.probeAt, this.#time()))
  }

  async #settled(entry: Entry, item: QueueItem, outcomes: Outcomes): Promise<void> {
    const { clock, retry, record, report } = this.#options
    const attempted = settle(item, outcomes, clock.now(), retry)
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
    await this.#defer(entry, settled)
    for (const event of events) if (event.event === 'deferred') record(event)
  }

  async #defer(entry: Entry, item: QueueItem): Promise<void> {
    entry.place = 'scheduled'
    entry.isOwed = !item.recipients.some(isPending)
    entry.warnAt = this.#warnAt(item)
    entry.due = item.nextAttemptAt.getTime()
    if (entry.holdNext) {
      entry.holdNext = false
      await this.hand.hold(entry.id)
      return
    }
    this.#scheduled.add(entry, entry.due)
    if (entry.destination.health.problem) entry.destination.unreached(entry)
    this.#alarm.rouse()
  }

  /** What nobody waits for any more holds up no clock that jumps. */
  #nextAt(): number | null {
    for (let first = this.#scheduled.first; first && isOver(first.value, first.due); first = this.#scheduled.first) {
      if (first.due === first.value.watchedAt) first.value.watchedAt = null
      this.#scheduled.take(first.due)
    }
    const times = [...this.#destinations.values()].map(destination => destination.probeAt)
    const known = [this.#scheduled.first?.due ?? null, ...times].filter(time => time !== null)
    return known.length > 0 ? Math.min(...known) : null
  }

  #takeDue(): void {
    const now = this.#now()
    for (let entry = this.#scheduled.take(now); entry; entry = this.#scheduled.take(now)) this.#due(entry, now)
    this.#runAll()
  }

  #due(entry: Entry, now: number): void {
    if (entry.place === 'scheduled' && entry.due <= now) this.#ready(entry)
    if (entry.watchedAt === null || now < entry.watchedAt) return
    entry.watchedAt = null
    const { problem } = entry.destination.health
    if (entry.place === 'ready' && problem) this.#deferUntried(entry, problem)
  }

  /** Its destination does not answer, and its sender is to be told: of the delay, or that its time is over. */
  #deferUntried(entry: Entry, problem: Problem): void {
    entry.place = 'running'
    const item = this.#entries.load(entry)
    if (!item) return
    this.#track(this.#settled(entry, item, forAll(pending(item), { kind: 'deferred', problem })), entry.destination)
    this.#showActivity()
  }

  /** When its sender is to be told of the delay, mail time in ms. */
  #warnAt({ receivedAt, warned }: QueueItem): number {
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

/** True where nothing happens to the entry at that time any more: it was gone, or moved to another time, before it. */
function isOver(entry: Entry, due: number): boolean {
  if (entry.place === 'scheduled' && due === entry.due) return false
  return !(entry.place === 'ready' && due === entry.watchedAt && entry.destination.health.problem)
}
