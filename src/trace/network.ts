/**
 * Networks, as ADDR/LEN (RFC 4632 3.1, RFC 4291 2.3). What is none is null: nothing is guessed.
 */
import { isIPv6 } from 'node:net'
import { canonicalAddress } from '../mail/address.js'
import { parseIPv6 } from '../mail/ipv6.js'

export interface Network {
  /** Of the address: 4 or 16. */
  readonly octets: Uint8Array
  /** How many bits of it count. */
  readonly length: number
}

/** An address alone is a network of one. Bits of the address beyond the length do not count. */
export function parseNetwork(text: string): Network | null {
  const [, given = '', digits] = /^([0-9A-Fa-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const address = canonicalAddress(given)
  if (address === null) return null
  const most = isIPv6(given) ? 128 : 32
  const length = digits === undefined ? most : Number(digits)
  if (length > most) return null
  const octets = octetsOf(address)
  if (isIPv6(given) === isIPv6(address)) return { octets, length }
  // RFC 4291 2.5.5.2: ::ffff:192.0.2.0/120 is 192.0.2.0/24
  return length < 96 ? null : { octets, length: length - 96 }
}

/** Tells whether an address, canonical, is in one of the networks. */
export function membership(networks: readonly Network[]): (address: string) => boolean {
  return address => {
    const octets = octetsOf(address)
    return networks.some(network => holds(network, octets))
  }
}

/** Whether an address, in octets, is in the network. */
export function holds({ octets, length }: Network, address: Uint8Array): boolean {
  if (octets.length !== address.length) return false
  const whole = length >> 3
  for (let at = 0; at < whole; at++) if (octets[at] !== address[at]) return false
  const rest = 8 - (length & 7)
  return rest === 8 || ((octets[whole] ?? 0) ^ (address[whole] ?? 0)) >> rest === 0
}

/** Of a canonical address: 4 or 16. */
export function octetsOf(address: string): Uint8Array {
  const groups = parseIPv6(address)
  return groups
    ? Uint8Array.from(groups.flatMap(group => [group >> 8, group & 255]))
    : Uint8Array.from(address.split('.'), Number)
}
