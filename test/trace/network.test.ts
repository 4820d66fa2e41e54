/**
 * Networks, and what kind of network an address belongs to.
 */
import { describe, expect, it } from 'vitest'
import { membership, parseNetwork } from '../../src/trace/network.js'
import { scopeOf } from '../../src/trace/scope.js'

function isIn(network: string, address: string): boolean {
  const parsed = parseNetwork(network)
  if (!parsed) throw new Error(`${network} is none`)
  return membership([parsed])(address)
}

describe('a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.128', true],
    ['192.0.2.77/24', '192.0.2.1', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.6', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:DB8::1', '2001:db8::1', true],
    ['2001:db8::/64', '2001:db8:0:1::', false],
    ['::/0', '::1', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false],
  ])('%s holds %s: %s', (network, address, expected) => expect(isIn(network, address)).toBe(expected))

  it.each([
    ['192.0.2.0/33'],
    ['192.0.2/24'],
    ['192.0.2.0/'],
    ['192.0.2.0/-1'],
    // a number with a zero before it may be meant as octal
    ['10.0.0.0/08'],
    ['10.0.0.0/00'],
    ['192.0.2.0/24 '],
    ['2001:db8::/129'],
    ['::ffff:192.0.2.0/95'],
    ['fe80::1%eth0/64'],
    ['[2001:db8::]/32'],
    ['mx.example/24'],
    ['/24'],
    [''],
  ])('is not %j', text => expect(parseNetwork(text)).toBeNull())
})

it.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['::1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.168.0.1', 'private'],
  ['fd12::1', 'private'],
  ['169.254.7.7', 'link-local'],
  ['fe80::1', 'link-local'],
  ['100.64.0.1', 'shared'],
  ['100.128.0.1', 'public'],
  ['192.0.2.1', 'documentation'],
  ['2001:db8::1', 'documentation'],
  ['224.0.0.1', 'reserved'],
  ['0.0.0.0', 'reserved'],
  ['::', 'reserved'],
  ['8.8.8.8', 'public'],
  ['2a00:1450::1', 'public'],
])('%s is %s', (address, scope) => expect(scopeOf(address)).toBe(scope))
