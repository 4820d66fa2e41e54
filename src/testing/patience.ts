/**
 * Waiting for what becomes of a message, but not for ever: a test that only times out tells nothing.
 */
import type { Chain, Sent } from '../chain/chain.js'

/** By the machine's clock, ms; less than runners give a test. */
const patience = 4000

/**
 * The outcome of the message. Rejects with a WaitError, which tells what happened and where the message is, where neither
 * the outcome nor a further event of that kind comes in time.
 */
export async function inTime<Outcome>(
  outcome: Promise<Outcome>,
  kind: 'delivered' | 'failed',
  message: Sent,
  chain: Chain,
): Promise<Outcome> {
  const over = outcome.then(() => true)
  // a recipient after the other
  for (let count = 1; ; count++) {
    const further = chain.waitFor(kind, { message, count, timeout: patience }).then(() => false)
    if (await Promise.race([over, further])) return outcome
  }
}
