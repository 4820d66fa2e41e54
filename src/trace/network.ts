/**
 * Networks, as ADDR/LEN (RFC 4632 3.1, RFC 4291 2.3). What is none is null: nothing is guessed.
 */
import { BlockList, isIPv6 } from 'node:net'
import { canonicalAddress } from '../mail/address.js'
import { familyOf } from './scope.js'

export interface Network {
  /** Canonical. */
  readonly address: string
  readonly length: number
}

/** An address alone is a network of one. Bits of the address beyond the length do not count. */
export function parseNetwork(text: string): Network | null {
  const [, given = '', digits] = /^([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = canonicalAddress(given)
  if (address === null) return null
  const most = isIPv6(given) ? 128 : 32
  const length = digits === undefined ? most : Number(digits)
  if (length > most) return null
  if (isIPv6(given) === isIPv6(address)) return { address, length }
  // RFC 4291 2.5.5.2: ::ffff:192.0.2.0/120 is 192.0.2.0/24
  return length < 96 ? null : { address, length: length - 96 }
}

/** Tells whether an address is in one of the networks, or this machine itself: 127/8 and ::1 always count. */
export function membership(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList()
  for (const { address, length } of [...networks, ...ownMachine]) list.addSubnet(address, length, familyOf(address))
  return address => list.check(address, familyOf(address))
}

const ownMachine: readonly Network[] = [
  { address: '127.0.0.0', length: 8 },
  { address: '::1', length: 128 },
]
