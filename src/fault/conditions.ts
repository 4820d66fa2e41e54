/**
 * When a rule that fits is due. Each condition remembers what it needs; all that are given must hold.
 */
import type { Rate } from '../config/fault-units.js'
import type { FaultConditions } from '../config/types.js'
import type { Ask } from './ask.js'
import { keyOf, Memory } from './memory.js'

export interface Moment {
  /** Mail time, ms. */
  readonly now: number
  /** The message's attempt; null where there is no message yet. */
  readonly attempt: number | null
}

export class Conditions {
  readonly #when: FaultConditions
  readonly #random: () => number
  readonly #greylist: Greylist | null
  readonly #rate: RateLimit | null
  #fired = 0

  constructor(when: FaultConditions, random: () => number) {
    this.#when = when
    this.#random = random
    this.#greylist = when.greylist === null ? null : new Greylist(when.greylist)
    this.#rate = when.rate === null ? null : new RateLimit(when.rate)
  }

  /** To be told of everything that fits, also where an earlier rule fires: a triple is known from then on. */
  notice(ask: Ask, { now }: Moment): void {
    this.#greylist?.notice(ask, now)
  }

  /** Asked only where no earlier rule fires; true is counted as fired. */
  areMet(ask: Ask, { now, attempt }: Moment): boolean {
    const { first, attempts, probability, from, until } = this.#when
    if (first !== null && this.#fired >= first) return false
    if (attempts !== null && !(attempt !== null && attempts.includes(attempt))) return false
    if ((from !== null && now < from) || (until !== null && now >= until)) return false
    if (this.#greylist && !this.#greylist.isNew(ask, now)) return false
    if (this.#rate?.passes(now)) return false
    if (probability !== null && this.#random() >= probability) return false
    this.#fired++
    return true
  }
}

class Greylist {
  readonly #time: number
  readonly #since = new Memory<string, number>()

  constructor(time: number) {
    this.#time = time
  }

  notice(ask: Ask, now: number): void {
    for (const triple of triplesOf(ask)) if (this.#since.get(triple) === undefined) this.#since.set(triple, now)
  }

  /** True while one of the triples has not been known for long enough. */
  isNew(ask: Ask, now: number): boolean {
    return triplesOf(ask).some(triple => now < (this.#since.get(triple) ?? now) + this.#time)
  }
}

function triplesOf({ client, reversePath, recipients }: Ask): string[] {
  return recipients.map(recipient => keyOf([client.address, reversePath, recipient]))
}

/** Lets so many pass in any such time; what it does not let pass is not counted. */
class RateLimit {
  readonly #rate: Rate
  /** When the last ones passed, oldest first from `#next` on. */
  readonly #passed: number[] = []
  #next = 0

  constructor(rate: Rate) {
    this.#rate = rate
  }

  passes(now: number): boolean {
    const { count, per } = this.#rate
    const oldest = this.#passed[this.#next]
    if (oldest !== undefined && now < oldest + per) return false
    this.#passed[this.#next] = now
    this.#next = (this.#next + 1) % count
    return true
  }
}
