import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressLiteral, canonicalAddress, needsSmtpUtf8, parseMailbox } from '../../src/mail/address.js'

describe('parseMailbox', () => {
  it.each([
    'a@b',
    'A.B@Example.TEST',
    'a+b=c@example.test',
    '"a b"@example.test',
    '"a@b"@example.test',
    '"a\\"\\\\ b"@example.test',
    '""@example.test',
    'a@[127.0.0.1]',
    'a@[IPv6:::1]',
    'a@xn--bcher-kva.test',
    'ü@bücher.test',
    'postmaster',
    'PostMaster',
  ])('keeps %s as it is', text => {
    expect(parseMailbox(text)).toBe(text)
  })

  it.each([
    '',
    'a',
    '@',
    'a@',
    '@b',
    'a@b@c',
    'a b@c',
    '.a@b',
    'a.@b',
    'a..b@c',
    'a@b.',
    'a@b..c',
    'a@-b',
    'a@b-',
    'a@b c',
    'a@b\r\n',
    'a\n@b',
    'a\0@b',
    'a\x7f@b',
    'a\u0080@b',
    'a\u200b@b',
    'a@b\ufeff',
    '"a@b',
    '"a\\"@b',
    '"a\r\n b"@c',
    '"<"@b',
    '">"@b',
    '"\\<"@b',
    '<a@b>',
    'a@[127.0.0.256]',
    'a@[127.1]',
    'a@[::1]',
    'a@[IPv6:127.0.0.1]',
    'a@[IPv6:::g]',
    'a@[x]',
    'a@[127.0.0.1',
    'postmaster ',
    'postmasters',
  ])('refuses %j', text => {
    expect(parseMailbox(text)).toBe(null)
  })

  it('takes a path of 256 octets with its < and >, and no longer one (RFC 5321 4.5.3.1.3)', () => {
    const local = (length: number): string => `${'x'.repeat(length - 2)}@b`
    expect(parseMailbox(local(254))).toHaveLength(254)
    expect(parseMailbox(local(255))).toBe(null)
    // octets, not characters
    expect(parseMailbox(`${'ü'.repeat(127)}@b`)).toBe(null)
    expect(parseMailbox(`${'ü'.repeat(126)}@b`)).toHaveLength(128)
  })

  it('is quick for whatever comes', () => {
    const began = performance.now()
    for (const text of ['a-'.repeat(127), `a@${'a-'.repeat(126)}`, `a@${'a.'.repeat(126)}`, `"${'\\"'.repeat(126)}`]) {
      expect(parseMailbox(text)).toBe(null)
    }
    // linear: far below a millisecond each; exponential would not end
    expect(performance.now() - began).toBeLessThan(1000)
  })

  it('never lets through what could end a path or a line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (a, b) => {
          for (const text of [`${a}@${b}`, `"${a}"@${b}`, `${a}@b`, `"${a}"@b`]) {
            if (parseMailbox(text) !== null) expect(text).not.toMatch(/[\r\n\0<>]/)
          }
        },
      ),
    )
  })
})

describe('needsSmtpUtf8', () => {
  it.each([
    [null, false],
    ['a@b', false],
    ['"a ~"@b', false],
    ['ü@b', true],
    ['a@ü.test', true],
    ['🙂@b', true],
  ])('%s: %s', (text, needs) => {
    expect(needsSmtpUtf8(text === null ? null : parseMailbox(text))).toBe(needs)
  })
})

describe('canonicalAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fe80::1%lo', 'fe80::1'],
    ['::ffff:127.0.0.2', '127.0.0.2'],
    ['::FFFF:7f00:2', '127.0.0.2'],
    ['::ffff:0.0.0.0', '0.0.0.0'],
    ['::ffff:255.255.255.255', '255.255.255.255'],
    ['::127.0.0.1', '::7f00:1'],
    ['127.0.0.256', null],
    ['127.1', null],
    ['[::1]', null],
    ['example.test', null],
    ['', null],
    [':', null],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })

  it('of a canonical address is itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), address => {
        const canonical = canonicalAddress(address)
        expect(canonical).not.toBe(null)
        expect(canonicalAddress(canonical ?? '')).toBe(canonical)
      }),
    )
  })
})

it('addressLiteral writes what RFC 5321 4.1.3 says', () => {
  expect(addressLiteral('192.0.2.1')).toBe('[192.0.2.1]')
  expect(addressLiteral('2001:db8::1')).toBe('[IPv6:2001:db8::1]')
})
