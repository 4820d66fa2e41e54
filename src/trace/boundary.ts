/**
 * The trust boundary: fields are ours from the top down, as long as each came from a machine of ours. A forged field
 * can stand below it, never above: our machines put theirs on top. Never fails.
 */
import type { Received, TrustBoundary } from './types.js'

/** The fields newest first. Null where there are none. */
export function findBoundary(
  newestFirst: readonly Received[],
  isOurs: (address: string) => boolean,
): TrustBoundary | null {
  for (const [field, received] of newestFirst.entries()) {
    const { address } = received.from
    const reason = endOfTrust(received, isOurs)
    if (reason !== null) return { field, address, reason }
  }
  const oldest = newestFirst.length - 1
  return oldest < 0 ? null : { field: oldest, address: null, reason: 'all-ours' }
}

function endOfTrust(received: Received, isOurs: (address: string) => boolean): TrustBoundary['reason'] | null {
  const { from, by, date } = received
  if (from.address !== null) return isOurs(from.address) ? null : 'address'
  if (date === null && by.name === null) return 'unreadable'
  return isPickedUp(received) ? null : 'no-address'
}

/** True for what the machine had from one of its own users or programs. */
function isPickedUp(received: Received): boolean {
  // Exim, Courier: from root by mx.example with local
  if (received.with?.protocol.startsWith('LOCAL')) return true
  // what a client says in HELO proves nothing, and its reverse DNS is its own: "localhost" may be anybody
  if (received.from.helo !== null || received.from.name !== null) return false
  // a client that the reader can't make out is no local pickup: the field begins with `from` all the same
  return !/^(?:received[ \t]*:)?\s*from\s(?!\s*mail\s+pickup\s+service\s)/i.test(beginning(received.raw))
}

function beginning(raw: Uint8Array): string {
  return Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, 200)).toString('latin1')
}
