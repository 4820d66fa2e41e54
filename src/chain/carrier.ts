/**
 * Which chain carried what a program holds: known by the object itself, whatever the message says. A copy of the object
 * is not known any more.
 */
import type { Chain, DeliveredMail, Sent } from './chain.js'

export interface Carrier {
  readonly chain: Chain
  /** Whom it is for, each once: how many, those included that the first MTA did not take it for. */
  readonly recipients: number
  /** Resolves once nothing more happens to the message: each recipient has it, or will not get it, or the chain has ended. */
  readonly settled: Promise<void>
}

const carriers = new WeakMap<object, Carrier>()

/** Gives the mail back. */
export function carry<Carried extends DeliveredMail | Sent>(carried: Carried, carrier: Carrier): Carried {
  carriers.set(carried, carrier)
  return carried
}

/** null for what no chain of this program gave out. */
export function carrierOf(carried: object): Carrier | null {
  return carriers.get(carried) ?? null
}
