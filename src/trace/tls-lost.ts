/**
 * Encryption that a message had on its way and lost. A field that does not say is told from one that says no: most
 * programs write nothing where there was none, and some write nothing at all.
 */
import { client, isHandedOver, isSameMachine, receiver } from './parties.js'
import { scopeOf } from './scope.js'
import type { Oddity, Received, TraceHop } from './types.js'

/** Null where the field does not say. */
export function encrypted({ with: protocol, tls }: Received): boolean | null {
  return protocol?.tls ?? (tls === null ? null : true)
}

/** The hops oldest first. */
export function lostEncryption(hops: readonly TraceHop[]): Oddity[] {
  let last: TraceHop | undefined
  return hops.flatMap((hop, at) => {
    const before = hops[at - 1]
    const secured = last
    if (encrypted(hop.received) === true) last = hop
    return before && secured && isBetweenMachines(before.received, hop.received) ? lost(secured, hop) : []
  })
}

function lost(secured: TraceHop, { field, received }: TraceHop): Oddity[] {
  const way = `from ${client(received)} to ${receiver(received)}`
  const before = `field ${secured.field} says that it was encrypted before`
  const isEncrypted = encrypted(received)
  if (isEncrypted === false) {
    return [{ code: 'tls-lost', severity: 'warning', field, message: `not encrypted ${way}; ${before}` }]
  }
  // RFC 3848: with TLS it would be ESMTPS; other protocols' names do not tell
  if (isEncrypted === true || !/^E?SMTPA?$/.test(received.with?.protocol ?? '')) return []
  const message = `the field does not say whether it was encrypted ${way}; ${before}`
  return [{ code: 'tls-lost', severity: 'info', field, message }]
}

/** Between machines, and over a network that others can listen to. */
function isBetweenMachines(before: Received, hop: Received): boolean {
  const { address } = hop.from
  if (address === null || isSameMachine(before, hop) || isHandedOver(hop)) return false
  return /^(?:public|documentation)$/.test(scopeOf(address))
}
