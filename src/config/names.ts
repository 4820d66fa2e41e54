/**
 * What may stand in chain.json as an address, a name, a hostname.
 */
import { BlockList, isIPv4 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** True for 127.0.0.0/8 and ::1; the address is canonical. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, familyOf(address))
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

/** 0.0.0.0 and ::, which stand for every address of the machine; the address is canonical. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

// RFC 1123 2.1 and RFC 1035 2.3.4: letters, digits and hyphens, no hyphen at an end, 63 octets
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
export const labelPattern = new RegExp(`^${label}$`)
/** The last label is not all digits: such a name would be read as an IPv4 address (RFC 3696 2). */
export const domainPattern = new RegExp(String.raw`^(?!(?:.*\.)?\d+$)${label}(?:\.${label})*$`)
