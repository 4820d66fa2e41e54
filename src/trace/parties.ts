/**
 * Who stands on the two sides of a hop, and whether two fields mean the same machine. Never fails: null is "nothing
 * tells".
 */
import { scopeOf } from './scope.js'
import { addressIn } from './tcp-info.js'
import type { Received, ReceivedBy, ReceivedFrom } from './types.js'

/** Whether the client of a hop is who received the hop before; null where the two have nothing to compare. */
export function agrees(from: ReceivedFrom, by: ReceivedBy): boolean | null {
  const names = namesOf(from)
  const addresses = [from.address, addressIn(from.helo ?? '')]
  if (by.address !== null && addresses.includes(by.address)) return true
  const [byName] = toName(by.name)
  if (byName !== undefined && names.some(name => isSameName(name, byName))) return true
  // a program on the same machine may call it what it likes
  if (names.some(isNobodysName) || isOwnMachine(from.address, by.address)) return null
  if (canCompareAddresses(from, by)) return false
  const known = names.filter(isQualified)
  if (byName === undefined || !isQualified(byName) || isNobodysName(byName) || known.length === 0) return null
  // a site receives by one name and sends by another
  return known.some(name => siteOf(name) === siteOf(byName)) ? null : false
}

// a machine may have an address of each kind, so two of different kinds say nothing of each other
function canCompareAddresses(from: ReceivedFrom, by: ReceivedBy): boolean {
  if (from.address === null || by.address === null) return false
  return reachOf(from.address) === reachOf(by.address)
}

function reachOf(address: string): string {
  const scope = scopeOf(address)
  const reach = scope === 'loopback' ? scope : /^(?:private|link-local|shared)$/.test(scope) ? 'private' : 'public'
  return `${reach} ${address.includes(':') ? 6 : 4}`
}

/** Names that a client has, in lower case and without a final dot: what it said, and the reverse DNS. */
function namesOf(from: ReceivedFrom): string[] {
  return [from.helo, from.name].flatMap(toName)
}

// RFC 1035 2.3.3: names have no case
export function toName(word: string | null): string[] {
  if (word === null || addressIn(word) !== null) return []
  return [word.toLowerCase().replace(/\.$/, '')]
}

// an MTA may give its name without its domain
function isSameName(one: string, other: string): boolean {
  if (isQualified(one) && isQualified(other)) return one === other
  return one.split('.')[0] === other.split('.')[0]
}

// with @ it is a user, as filters write it
function isQualified(name: string): boolean {
  return name.includes('.') && !name.includes('@')
}

/** The last two labels, three below the likes of co.uk. */
function siteOf(name: string): string {
  const labels = name.split('.')
  const isDeep = /^(?:ac|co|com|edu|go|gob|gov|govt|mil|ne|net|or|org)\.[a-z]{2}$/.test(labels.slice(-2).join('.'))
  return labels.slice(isDeep ? -3 : -2).join('.')
}

// many machines call themselves localhost, and qmail writes `by 0` where it knows no name
export function isNobodysName(name: string): boolean {
  return name === '0' || /^localhost(?:\.|$)/.test(name)
}

/** The one address that each machine has for itself; where machines stand at addresses in 127/8, it is one of them. */
function isOwnMachine(address: string | null, other: string | null): boolean {
  if (address !== '127.0.0.1' && address !== '::1') return false
  return other === null || other === address || scopeOf(other) !== 'loopback'
}

/** True for what an MTA had from its own machine: from a filter, a list, a user, or itself. */
export function isHandedOver({ from, by, with: protocol }: Received): boolean {
  // Exim, Courier: from root by mx.example with local
  if (protocol?.protocol.startsWith('LOCAL')) return true
  const names = namesOf(from)
  if (names.length === 0 && from.address === null) return true
  return names.some(isNobodysName) || isOwnMachine(from.address, by.address) || agrees(from, by) === true
}

/** True where one machine wrote both fields, so that one clock dated both. */
export function isSameMachine(before: Received, hop: Received): boolean {
  const [earlier] = toName(before.by.name)
  const [later] = toName(hop.by.name)
  if (earlier !== undefined && later !== undefined && !isNobodysName(later) && isSameName(earlier, later)) {
    return before.by.address === hop.by.address
  }
  const isLocal = isOwnMachine(hop.from.address, hop.by.address) || namesOf(hop.from).some(isNobodysName)
  return isLocal && (hop.by.address === null || before.by.address === null || hop.by.address === before.by.address)
}

/** The receiving machine, for people. */
export function receiver({ by }: Received): string {
  return describe(by.name, by.address)
}

export function client({ from }: Received): string {
  return describe(from.name ?? from.helo, from.address)
}

export function describe(name: string | null, address: string | null): string {
  if (name === null) return address ?? 'somebody without a name'
  return address === null || name === address ? name : `${name} [${address}]`
}
