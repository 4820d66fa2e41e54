/**
 * Plans and what they are asked, for tests.
 */
import { readFault } from '../../src/config/fault.js'
import type { FaultInput } from '../../src/config/fault-schema.js'
import type { Ask } from '../../src/fault/ask.js'
import { FaultPlan } from '../../src/fault/plan.js'
import { ManualClock } from '../support/manual-clock.js'

export interface Planned {
  readonly plan: FaultPlan
  readonly clock: ManualClock
}

export function planOf(rules: readonly FaultInput[], seed = 1, mta = 'gateway'): Planned {
  const clock = new ManualClock()
  return { plan: new FaultPlan(mta, rules.map(readFault), seed, clock), clock }
}

/** A RCPT of a new transaction, unless said otherwise. */
export function ask(different: Partial<Ask> = {}): Ask {
  return {
    stage: 'rcpt',
    client: { address: '127.0.0.1', port: 4711, helo: 'client.test' },
    reversePath: 'a@example.test',
    recipients: ['b@example.test'],
    transaction: {},
    content: null,
    ...different,
  }
}

/** True for each ask at which a rule fired. */
export function fired({ plan }: Planned, asks: readonly Ask[]): boolean[] {
  return asks.map(one => plan.fire(one, null) !== null)
}
