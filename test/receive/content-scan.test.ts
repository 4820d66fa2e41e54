import { isAscii } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isField, splitHeader } from '../../src/mail/header.js'
import { ContentScan } from '../../src/receive/content-scan.js'

/** Scans the text, whose characters are the octets, in chunks of this length. */
function scan(text: string, chunk = text.length || 1): ContentScan {
  const scanned = new ContentScan()
  const octets = Buffer.from(text, 'latin1')
  for (let at = 0; at < octets.length; at += chunk) scanned.write(octets.subarray(at, at + chunk))
  return scanned
}

const pieces = [
  'Received:',
  'rECEIVED \t:',
  'Received',
  'Receive:',
  'X-Received:',
  ':',
  ' ',
  '\t',
  '\r\n',
  '\r\n',
  'x',
  'é',
  '\r',
  '\n',
  '\0',
]
const contents = fc.array(fc.constantFrom(...pieces), { maxLength: 15 }).map(parts => parts.join(''))

describe('the scan of a content', () => {
  it('counts the Received fields that the header has, in any chunks', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 9 }), (content, chunk) => {
        const { fields } = splitHeader(Buffer.from(content, 'latin1'))
        const expected = fields.filter(field => isField(field, 'Received')).length
        expect(scan(content, chunk).receivedFields).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('sees a bare CR, a bare LF and NUL, in any chunks', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 9 }), (content, chunk) => {
        const bare = /[\0\r\n]/.test(content.replaceAll('\r\n', ''))
        expect(scan(content, chunk).hasBareOctets).toBe(bare)
      }),
      { numRuns: 3000 },
    )
  })

  it('sees 8-bit octets of the header, and not those below it, in any chunks', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 9 }), (content, chunk) => {
        const octets = Buffer.from(content, 'latin1')
        expect(scan(content, chunk).utf8Header).toBe(!isAscii(octets.subarray(0, splitHeader(octets).end)))
      }),
      { numRuns: 3000 },
    )
  })

  it('counts octets and sees those of 8 bits, in any chunks', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 9 }), (content, chunk) => {
        const { size, eightBit } = scan(content, chunk)
        expect({ size, eightBit }).toEqual({ size: content.length, eightBit: content.includes('é') })
      }),
    )
  })

  it.each([
    ['', true],
    ['\r\n', true],
    ['\r\nbody\r\n', true],
    ['Subject: x\r\n', true],
    ['Subject \t:\r\n', true],
    ['!~:\r\n', true],
    [' Subject: x\r\n', false],
    ['\tx\r\n', false],
    ['body\r\n', false],
    ['no field: x\r\n', false],
    [': x\r\n', false],
    ['Größe: x\r\n', false],
    ['>From x\r\n', false],
    ['Subject\r\n : x\r\n', false],
  ])('tells whether it begins with a field or an empty line: %j', (content, begins) => {
    for (const chunk of [1, 2, 100]) expect(scan(content, chunk).beginsWithFieldOrEmptyLine).toBe(begins)
  })
})
