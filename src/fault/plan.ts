/**
 * The fault rules of one MTA: which one fires now. The first of the list that fits and is due does, and no other.
 */
import type { FaultAction, FaultRule } from '../config/types.js'
import type { Stage } from '../mail/envelope.js'
import type { Clock } from '../time/clock.js'
import type { Ask, Effect } from './ask.js'
import { Attempts, type MessageKey } from './attempts.js'
import { Conditions } from './conditions.js'
import { fits } from './match.js'
import { makeRandom } from './random.js'

/** A rule that fires. */
export interface Firing {
  /** The rule's id. */
  readonly rule: string
  readonly effect: Effect
}

interface Active {
  readonly id: string
  readonly rule: FaultRule
  readonly conditions: Conditions
  readonly random: () => number
}

export class FaultPlan {
  readonly mta: string
  readonly #seed: number
  readonly #clock: Clock
  readonly #attempts = new Attempts()
  #rules: readonly Active[]
  /** Ids are never given again. */
  #lastNumber = 0

  constructor(mta: string, rules: readonly FaultRule[], seed: number, clock: Clock) {
    this.mta = mta
    this.#seed = seed
    this.#clock = clock
    this.#rules = rules.map(rule => this.#activate(rule))
  }

  get rules(): readonly { readonly id: string; readonly rule: FaultRule }[] {
    return this.#rules
  }

  has(stage: Stage): boolean {
    return this.#rules.some(({ rule }) => rule.at === stage || countsAttempts(rule))
  }

  /** `message` says which message it is, where that is known. */
  fire(ask: Ask, message: MessageKey): Firing | null {
    const counts = this.#rules.some(({ rule }) => countsAttempts(rule))
    const attempt = counts ? this.#attempts.count(ask, message) : null
    const moment = { now: this.#clock.now().getTime(), attempt }
    const fitting = this.#rules.filter(({ rule }) => fits(rule, ask))
    for (const { conditions } of fitting) conditions.notice(ask, moment)
    const due = fitting.find(({ conditions }) => conditions.areMet(ask, moment))
    return due ? { rule: due.id, effect: effectOf(due.rule.action, due.random) } : null
  }

  /** Puts a rule in front of the others; returns its id. */
  add(rule: FaultRule): string {
    const active = this.#activate(rule)
    this.#rules = [active, ...this.#rules]
    return active.id
  }

  /** False where there is no such rule. */
  remove(id: string): boolean {
    const before = this.#rules.length
    this.#rules = this.#rules.filter(rule => rule.id !== id)
    return this.#rules.length < before
  }

  clear(): void {
    this.#rules = []
  }

  #activate(rule: FaultRule): Active {
    const id = `${this.mta}-${++this.#lastNumber}`
    const conditions = new Conditions(rule.when, makeRandom(this.#seed, `${id} when`))
    return { id, rule, conditions, random: makeRandom(this.#seed, `${id} what`) }
  }
}

function countsAttempts({ when }: FaultRule): boolean {
  return when.attempts !== null
}

function effectOf(action: FaultAction, random: () => number): Effect {
  if (action.kind !== 'delay') return action
  const { least, most } = action
  return { kind: 'delay', ms: Math.round(least + random() * (most - least)) }
}
