/**
 * Waiting for what becomes of a message, but not for ever: a test that only times out tells nothing.
 */
import type { Chain, Sent } from '../chain/chain.js'

/** By the machine's clock, ms; less than runners give a test. */
const patience = 4000

/**
 * The outcome of the message. Rejects with a WaitError, which tells what happened and where the message is, where neither
 * the outcome nor a first event of that kind comes in time.
 */
export async function inTime<Outcome>(
  outcome: Promise<Outcome>,
  kind: 'delivered' | 'failed',
  message: Sent,
  chain: Chain,
): Promise<Outcome> {
  await Promise.race([outcome, chain.waitFor(kind, { message, timeout: patience })])
  return outcome
}
