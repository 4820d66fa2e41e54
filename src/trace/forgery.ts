/**
 * Signs of a forged field or a client that lies: only those that ordinary mail has next to never.
 */
import { describe, isNobodysName, receiver, toName } from './parties.js'
import { scopeOf } from './scope.js'
import { addressIn } from './tcp-info.js'
import type { Oddity, Received, TraceHop } from './types.js'

/** Of one hop. */
export function forgeries(hop: TraceHop): Oddity[] {
  return [...falseLiteral(hop), ...receiversName(hop), ...repeated(hop)]
}

// behind NAT a client does not know its public address: two public ones are told apart from that
function falseLiteral({ field, received: { from } }: TraceHop): Oddity[] {
  const claimed = addressIn(from.helo ?? '')
  if (claimed === null || from.address === null || claimed === from.address) return []
  if (claimed.includes(':') !== from.address.includes(':') || !isPublic(claimed) || !isPublic(from.address)) return []
  const message = `the client called itself ${from.helo ?? claimed}, but its address was ${from.address}`
  return [{ code: 'forged-helo', severity: 'warning', field, message }]
}

// a client of spammers' says the name of the machine that it talks to
function receiversName({ field, received: { from, by } }: TraceHop): Oddity[] {
  const [helo] = toName(from.helo)
  const [name] = toName(by.name)
  if (helo === undefined || name === undefined || helo !== name || isNobodysName(name) || !name.includes('.')) return []
  // a machine that hands over to itself by its own public address has its own name there, or a neighbour's
  if (from.address === null || !isPublic(from.address) || from.address === by.address || from.name !== null) return []
  const message = `the client ${from.address} called itself ${from.helo ?? helo}, the name of the receiving machine`
  return [{ code: 'forged-helo', severity: 'warning', field, message }]
}

function repeated({ field, received }: TraceHop): Oddity[] {
  return (['from', 'by'] as const).flatMap(clause => {
    const others = received.repeated.filter(other => other.clause === clause)
    if (others.length === 0) return []
    const message = `the field has ${others.length + 1} ${clause} clauses: no program writes so; the first one counts`
    return [{ code: 'repeated-clause', severity: 'warning', field, message }]
  })
}

function isPublic(address: string): boolean {
  return /^(?:public|documentation)$/.test(scopeOf(address))
}

/**
 * Fields below the boundary that say to be written by a machine which wrote one above it. Ordinary mail has that where
 * it went out and came back, as from a mailing list; then others stand in between. The hops oldest first.
 */
export function claimsOfOurNames(hops: readonly TraceHop[]): Oddity[] {
  const ours = hops.filter(hop => hop.trusted === true)
  const [oldestOurs] = ours
  if (!oldestOurs) return []
  const known = new Set(ours.flatMap(({ received }) => tracesOf(received)))
  return hops.flatMap(({ field, received, trusted }) => {
    if (trusted !== false || !tracesOf(received).some(trace => known.has(trace))) return []
    const said = `the field says that ${receiver(received)} wrote it, which is one of ours, but it stands below the boundary`
    // who handed it to us would have stamped it in between
    const isNext = field === oldestOurs.field + 1
    const message = isNext
      ? `${said}, and ${describe(null, oldestOurs.received.from.address)} handed the message to us`
      : `${said}: true only if the message was here before`
    return [{ code: 'claims-our-name', severity: isNext ? 'warning' : 'info', field, message }]
  })
}

/** By what a machine is known: its address, and its name where it has a domain. */
function tracesOf({ by }: Received): string[] {
  const names = toName(by.name).filter(name => name.includes('.') && !isNobodysName(name))
  return by.address === null || scopeOf(by.address) === 'loopback' ? names : [by.address, ...names]
}
