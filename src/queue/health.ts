/**
 * Whether a destination answers. One that does not is left alone for a while, however many messages wait for it; then
 * one of them is the probe. A server that answers but turns sessions away is dead only after several of them in a row:
 * it may just be busy.
 */
import type { Retry } from '../config/types.js'
import type { Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import { waitAfter } from './schedule.js'

/** So many sessions in a row that were turned away make a destination dead. */
const turnedAwayAtMost = 3

export class Health {
  readonly #retry: Retry
  /** Counts attempts that reached the destination: one that began before the last of them says nothing new. */
  #reached = 0
  #turnedAway = 0
  #failures = 0
  #problem: Problem | null = null
  #probeAt = 0

  constructor(retry: Retry) {
    this.#retry = retry
  }

  /** Why it is left alone; null where it answers. */
  get problem(): Problem | null {
    return this.#problem
  }

  /** Where it is left alone: mail time until which, ms. */
  get probeAt(): number {
    return this.#probeAt
  }

  /** To be given to `judge` when the attempt that begins now has ended. */
  begin(): number {
    return this.#reached
  }

  /** What an attempt tells of the destination; `now` is mail time, ms. */
  judge(outcomes: Outcomes, began: number, now: number): void {
    const problem = siteProblem(outcomes)
    if (problem === null) this.#answers()
    else if (began === this.#reached) this.#fails(problem, now)
  }

  /** The next attempt is the probe, now. */
  probeNow(): void {
    this.#probeAt = 0
  }

  #answers(): void {
    this.#reached++
    this.#turnedAway = 0
    this.#failures = 0
    this.#problem = null
  }

  #fails(problem: Problem, now: number): void {
    const isTurnedAway = problem.reply !== null && this.#problem === null
    if (isTurnedAway && ++this.#turnedAway < turnedAwayAtMost) return
    this.#problem = problem
    this.#failures++
    this.#probeAt = now + Math.min(waitAfter(this.#failures, this.#retry), this.#retry.probe)
    // others that failed with it are the same failure
    this.#reached++
  }
}

/** Null where the attempt got beyond HELO for any recipient, or none was tried. */
function siteProblem(outcomes: Outcomes): Problem | null {
  let site: Problem | null = null
  for (const outcome of outcomes.values()) {
    if (outcome.kind !== 'deferred') return null
    const { problem } = outcome
    if (problem.stage !== 'connect' && problem.stage !== 'helo') return null
    site = problem
  }
  return site
}
