/**
 * What in the hops of a message does not go together.
 */
import { isIPv4 } from 'node:net'
import { addressIn } from './tcp-info.js'
import type { Oddity, Received, ReceivedBy, ReceivedFrom, TraceHop } from './types.js'

/** Clocks of two machines agree to a second at best; dates are whole seconds. */
const tolerance = 1000

/** The hops oldest first; so are the oddities. */
export function findOddities(hops: readonly TraceHop[]): Oddity[] {
  const firstAt = new Map<string, number>()
  return hops.flatMap((hop, index) => {
    const before = hops[index - 1]
    return [...unreadable(hop), ...(before ? brokenLink(before, hop) : []), ...backwards(hop), ...loop(hop, firstAt)]
  })
}

function unreadable({ field, received }: TraceHop): Oddity[] {
  if (received.date !== null || received.by.name !== null) return []
  const reasons = received.issues.map(issue => issue.message).join('; ')
  return [
    { code: 'unreadable', field, message: `the field tells neither who received the message nor when: ${reasons}` },
  ]
}

function brokenLink(before: TraceHop, hop: TraceHop): Oddity[] {
  const { by } = before.received
  const { from } = hop.received
  if (agrees(from, by) !== false) return []
  const [client, receiver] = [describe(from.name ?? from.helo, from.address), describe(by.name, by.address)]
  return [
    {
      code: 'broken-link',
      field: hop.field,
      message: `it came from ${client}, but ${receiver} received the hop before`,
    },
  ]
}

/** Null where the two sides have nothing in common that could be compared. */
function agrees(from: ReceivedFrom, by: ReceivedBy): boolean | null {
  const names = namesOf(from)
  const addresses = [from.address, addressIn(from.helo ?? '')]
  if (by.address !== null && addresses.includes(by.address)) return true
  const [byName] = toName(by.name)
  if (byName !== undefined && names.some(name => isSameName(name, byName))) return true
  // a program on the same machine may call it what it likes
  if (names.some(isNobodysName)) return null
  const canCompareNames = byName !== undefined && isQualified(byName) && names.some(isQualified)
  const canCompareAddresses =
    by.address !== null && from.address !== null && scopeOf(by.address) === scopeOf(from.address)
  return canCompareNames || canCompareAddresses ? false : null
}

function namesOf(from: ReceivedFrom): string[] {
  return [from.helo, from.name].flatMap(toName)
}

// RFC 1035 2.3.3: names have no case
function toName(word: string | null): string[] {
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

// RFC 6890: a machine may have an address of each kind, so two of different kinds say nothing of each other
const scopes: readonly (readonly [string, RegExp])[] = [
  ['loopback', /^(?:127\.|::1$)/],
  ['private', /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]..:|fe[89ab].:)/],
]

function scopeOf(address: string): string {
  const scope = scopes.find(([, pattern]) => pattern.test(address))?.[0] ?? 'public'
  return `${scope} IPv${isIPv4(address) ? 4 : 6}`
}

function backwards({ field, delayMs }: TraceHop): Oddity[] {
  if (delayMs === null || delayMs >= -tolerance) return []
  return [{ code: 'time-backwards', field, message: `its date is ${-delayMs / 1000} s before that of the hop before` }]
}

function loop({ field, received }: TraceHop, firstAt: Map<string, number>): Oddity[] {
  const { name, address } = received.by
  const [known] = toName(name)
  if ((name === null && address === null) || (known !== undefined && isNobodysName(known))) return []
  const key = JSON.stringify([known ?? null, address])
  const first = firstAt.get(key)
  firstAt.set(key, first ?? field)
  if (first === undefined || isHandedOver(received)) return []
  const again = `${describe(name, address)} received the message before, as field ${first} tells`
  return [{ code: 'loop', field, message: again }]
}

/** True for what an MTA had from its own machine: from a filter, a list, a user, or itself. */
function isHandedOver({ from, by }: Received): boolean {
  const names = namesOf(from)
  return (names.length === 0 && from.address === null) || names.some(isNobodysName) || agrees(from, by) === true
}

// many machines call themselves localhost, and qmail writes `by 0` where it knows no name
function isNobodysName(name: string): boolean {
  return name === '0' || /^localhost(?:\.|$)/.test(name)
}

function describe(name: string | null, address: string | null): string {
  if (name === null) return address ?? 'nobody'
  return address === null || name === address ? name : `${name} [${address}]`
}
