/**
 * The fault rules of a running chain: added, listed, removed.
 */
import { readFault } from '../config/fault.js'
import type { FaultInput } from '../config/fault-schema.js'
import type { FaultPlan } from './plan.js'

export interface ListedFault {
  /** The rule's name, unique in the chain and never given again. */
  readonly id: string
  readonly mta: string
  /** As it was written. */
  readonly rule: FaultInput
}

/** A rule that was added; ends with `using`, or `remove()`. */
export interface AddedFault extends Disposable {
  readonly id: string
  /** Once is enough; again does nothing. */
  remove(): void
}

export class Faults {
  readonly #plans: readonly FaultPlan[]

  constructor(plans: readonly FaultPlan[]) {
    this.#plans = plans
  }

  /**
   * Puts a rule in front of those of the MTA. Throws a TypeError where there is no such MTA, and for a rule that can't
   * be, with the words that a mistake in chain.json has. What a rule has begun goes on when it is removed.
   */
  add(mta: string, rule: FaultInput): AddedFault {
    const plan = this.#planOf(mta)
    const id = plan.add(readFault(rule))
    const remove = (): void => void plan.remove(id)
    return { id, remove, [Symbol.dispose]: remove }
  }

  /** All rules, in travel order of the MTAs, and for each in the order in which they are tried. */
  list(): ListedFault[] {
    return this.#plans.flatMap(({ mta, rules }) => rules.map(({ id, rule }) => ({ id, mta, rule: rule.written })))
  }

  /** Removes one rule, of chain.json or added; false where there is none of that id. */
  remove(id: string): boolean {
    return this.#plans.some(plan => plan.remove(id))
  }

  /** Removes all rules, those of chain.json too: of one MTA, or of all. */
  clear(mta?: string): void {
    const plans = mta === undefined ? this.#plans : [this.#planOf(mta)]
    for (const plan of plans) plan.clear()
  }

  #planOf(mta: string): FaultPlan {
    const plan = this.#plans.find(other => other.mta === mta)
    if (plan) return plan
    throw new TypeError(`no MTA ${JSON.stringify(mta)}, there are ${this.#plans.map(other => other.mta).join(', ')}`)
  }
}
