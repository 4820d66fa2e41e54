/**
 * The chain that is killed again and again, as its process and its judge know it.
 */
import type { ChainInput } from '../../src/config/schema.js'

const relayConnections = 4
/** Attempts at once: of the four MTAs that relay, and of the one that delivers. */
export const inFlight = 4 * relayConnections + 20

export function killedChain(network: string): ChainInput {
  const names = ['submission', 'outbound', 'gateway', 'filter', 'mailbox']
  const mtas = names.map((name, at) => ({ name, address: `${network}.${at + 1}` }))
  return { mtas, spool: 'disk', mailbox: 'maildir', limits: { relayConnections } }
}
