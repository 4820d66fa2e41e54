/**
 * Where messages go next, and those that are ready to go there: new ones first come first served, and in turn with them
 * those that were deferred, so that neither starve.
 */
import type { Retry } from '../config/types.js'
import type { Entry } from './entry.js'
import { Fifo } from './fifo.js'
import { Health } from './health.js'

export class Destination {
  readonly name: string
  readonly health: Health
  readonly #fresh = new Fifo<Entry>()
  readonly #again = new Fifo<Entry>()
  #last: Fifo<Entry> = this.#again
  /** Deferred since it does not answer: ready as soon as it does. */
  readonly #unreached = new Set<Entry>()
  running = 0

  constructor(name: string, retry: Retry) {
    this.name = name
    this.health = new Health(retry)
  }

  add(entry: Entry): void {
    if (entry.place === 'ready') return
    entry.place = 'ready'
    const fifo = entry.attempts === 0 ? this.#fresh : this.#again
    fifo.add(entry)
  }

  /** The next one that may be tried at that mail time, ms; null where none is ready, or the destination is left alone. */
  take(now: number): Entry | null {
    const { problem, probeAt } = this.health
    if (problem !== null && (now < probeAt || this.running > 0)) return null
    const turn = this.#last === this.#fresh ? [this.#again, this.#fresh] : [this.#fresh, this.#again]
    for (const fifo of turn) {
      const entry = takeReady(fifo)
      if (entry === null) continue
      this.#last = fifo
      return entry
    }
    return null
  }

  /** Mail time of the next probe, ms; null where it answers, or nothing is ready for it. */
  get probeAt(): number | null {
    if (this.health.problem === null || this.running > 0) return null
    return isReady(this.#fresh) || isReady(this.#again) ? this.health.probeAt : null
  }

  /** All that are ready. */
  *ready(): Iterable<Entry> {
    for (const fifo of [this.#fresh, this.#again]) {
      for (const entry of fifo) if (entry.place === 'ready') yield entry
    }
  }

  /** The entry was deferred since the destination did not answer. */
  unreached(entry: Entry): void {
    this.#unreached.add(entry)
  }

  /** Those that were deferred while it did not answer, to be asked for when it answers again. */
  takeUnreached(): readonly Entry[] {
    if (this.#unreached.size === 0) return []
    const unreached = [...this.#unreached].filter(({ place }) => place === 'scheduled')
    this.#unreached.clear()
    return unreached
  }
}

/** An entry that is not ready any more (held, dropped) is passed over. */
function isReady(fifo: Fifo<Entry>): boolean {
  for (let first = fifo.peek(); first !== null; first = fifo.peek()) {
    if (first.place === 'ready') return true
    fifo.take()
  }
  return false
}

function takeReady(fifo: Fifo<Entry>): Entry | null {
  return isReady(fifo) ? fifo.take() : null
}
