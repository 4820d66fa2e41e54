import fc from 'fast-check'
import { isIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { formatIPv6, mappedIPv4, parseIPv6 } from '../../src/mail/ipv6.js'

function canonical(text: string): string | null {
  const groups = parseIPv6(text)
  return groups && formatIPv6(groups)
}

/** What a URL makes of the address, which the WHATWG says in the same way. */
function byUrl(text: string): string {
  return new URL(`http://[${text}]/`).hostname.slice(1, -1)
}

const group = fc.integer({ min: 0, max: 0xffff })
const groups = fc.array(fc.oneof(group, fc.constant(0)), { minLength: 8, maxLength: 8 })
const upperCase = groups.map(numbers =>
  numbers.map(number => number.toString(16).toUpperCase().padStart(4, '0')).join(':'),
)

describe('an IPv6 address', () => {
  it('is written in one way, as a URL has it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), upperCase), text => {
        expect(canonical(text)).toBe(byUrl(text))
      }),
    )
  })

  it('comes back from that way', () => {
    fc.assert(
      fc.property(groups, numbers => {
        expect(parseIPv6(formatIPv6(numbers))).toEqual(numbers)
      }),
    )
  })

  it('is read wherever Node reads one, and nowhere else', () => {
    const piece = fc.constantFrom(':', '::', '0', '1', 'ffff', '12345', 'g', '.', '192.0.2.1', '256.0.0.1', '01')
    const text = fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join(''))
    fc.assert(
      fc.property(text, said => {
        expect(parseIPv6(said) !== null).toBe(isIPv6(said))
      }),
      { numRuns: 5000 },
    )
  })

  it('has its zone left away', () => expect(canonical('fe80::1%eth0')).toBe('fe80::1'))

  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['::192.0.2.1', null],
    ['64:ff9b::192.0.2.1', null],
    ['1::ffff:192.0.2.1', null],
  ])('%s maps %s', (text, address) => expect(mappedIPv4(parseIPv6(text) ?? [])).toBe(address))
})
