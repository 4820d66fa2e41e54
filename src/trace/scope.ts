/**
 * What kind of network an address belongs to (RFC 6890 and the registries that it names). Never fails: what is no
 * address in canonical form counts as public.
 */
import { holds, octetsOf, parseNetwork } from './network.js'
import type { AddressScope } from './types.js'

/** The first row that holds an address tells its kind. */
const table: readonly (readonly [AddressScope, readonly string[]])[] = [
  // RFC 1122 3.2.1.3, RFC 4291 2.5.3
  ['loopback', ['127.0.0.0/8', '::1/128']],
  // RFC 1918, RFC 4193, and RFC 3879, which deprecates site-local addresses
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']],
  // RFC 3927, RFC 4291 2.5.6
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  // RFC 6598
  ['shared', ['100.64.0.0/10']],
  // RFC 5737, RFC 3849, RFC 9637
  ['documentation', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20']],
  // RFC 1122 3.2.1.3, RFC 2544, RFC 5771, RFC 1112 4, RFC 4291 2.5.2 and 2.7
  ['reserved', ['0.0.0.0/8', '198.18.0.0/15', '224.0.0.0/3', '::/128', 'ff00::/8']],
]

const kinds = table.flatMap(([scope, networks]) =>
  networks.flatMap(text => {
    const network = parseNetwork(text)
    return network ? [{ scope, network }] : []
  }),
)

/** Of a canonical address. */
export function scopeOf(address: string): AddressScope {
  const octets = octetsOf(address)
  return kinds.find(({ network }) => holds(network, octets))?.scope ?? 'public'
}
