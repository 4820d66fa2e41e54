import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitHeader } from '../../src/mail/header.js'
import { readReceived } from '../../src/trace/received.js'
import { readTrace } from '../../src/trace/trace.js'

const words = [
  'from',
  'by',
  'via',
  'with',
  'id',
  'for',
  'tls',
  ';',
  '(',
  ')',
  '<',
  '>',
  '[',
  ']',
  '"',
  '\\',
  '@',
  '=',
  ':',
]
const values = [
  'a.example',
  '[192.0.2.1]',
  '(helo=x)',
  '(HELO x)',
  '(u@192.0.2.1)',
  'unknown',
  '24 Nov 2026 10:00:00 +0000',
]
const blanks = ['', ' ', '\t', '\r\n ', '\n', '\r', '\0', '\xff', 'ü', '__proto__']
const splice = fc
  .array(fc.constantFrom(...words, ...values, ...blanks))
  .chain(pieces => fc.constantFrom('', ' ').map(glue => pieces.join(glue)))

function expectSound(field: Uint8Array): void {
  const read = readReceived(field)
  expect(Buffer.from(read.raw)).toEqual(Buffer.from(field))
  if (read.date) expect(Number.isNaN(read.date.instant.getTime())).toBe(false)
  for (const { position } of read.issues) expect(position).toBeLessThanOrEqual(field.length)
}

describe('reading a field never throws and keeps its octets', () => {
  it('of random octets', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), expectSound)))

  it('of random splices of what fields are made of', () => {
    fc.assert(
      fc.property(splice, text => expectSound(Buffer.from(text, 'latin1'))),
      { numRuns: 2000 },
    )
  })

  it('of random text, lone surrogates too', () => {
    const text = fc.array(fc.integer({ min: 0, max: 0xffff })).map(units => String.fromCharCode(...units))
    fc.assert(fc.property(text, said => expectSound(readReceived(said).raw)))
  })
})

describe('a field in order stays in order', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/)
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
  const comment = fc.stringMatching(/^[ -'*-[\]-~]{0,20}$/).map(text => ` (x ${text} x)`)
  const field = fc.record({
    helo: name,
    by: name,
    address: fc.ipV4(),
    note: fc.option(comment, { nil: '' }),
    fold: fc.constantFrom(' ', '\r\n ', '\n\t', '  '),
    seconds: fc.integer({ min: 0, max: 4_000_000_000 }),
  })

  it('whatever its names, its comments and its folding', () => {
    fc.assert(
      fc.property(field, ({ helo, by, address, note, fold, seconds }) => {
        const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000')
        const text = `from ${helo} ([${address}])${note} by ${by}${note} with ESMTP${note} id 1${note}; ${date}${note}`
        const read = readReceived(text.replaceAll(' ', fold))
        expect(read).toMatchObject({
          from: { address },
          by: { name: by },
          with: { text: 'ESMTP' },
          id: '1',
          issues: [],
        })
        expect(read.date?.instant.getTime()).toBe(seconds * 1000)
      }),
    )
  })
})

describe('reading a message never throws and keeps the octets of its fields', () => {
  it('of random splices of fields, with either line end', () => {
    const line = fc.constantFrom(
      'Received: ',
      'Return-Path: ',
      'Received',
      ' folded',
      'From x',
      'Subject: x',
      '',
      '\xff',
    )
    const content = fc
      .array(fc.tuple(line, splice))
      .chain(lines => fc.constantFrom('\r\n', '\n').map(end => lines.map(parts => parts.join('')).join(end)))
    fc.assert(
      fc.property(content, text => {
        const octets = Buffer.from(text, 'latin1')
        for (const { received } of readTrace(octets).hops) expect(octets.indexOf(received.raw)).not.toBe(-1)
      }),
    )
  })

  it('finds every Received field that the header has', () => {
    const field = splice.map(text => `Received: ${text.replaceAll(/[\r\n]/g, '')}\r\n`)
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fields => {
        const octets = Buffer.from(fields.join(''), 'latin1')
        const raws = readTrace(octets).hops.map(({ received }) => Buffer.from(received.raw).toString('latin1'))
        expect(raws.toReversed()).toEqual(
          splitHeader(octets).fields.map(({ raw }) => Buffer.from(raw).toString('latin1')),
        )
      }),
    )
  })
})

describe('a mebibyte of trouble is read in linear time', () => {
  const pieces = [
    '(',
    ')',
    '()',
    '(()',
    '"',
    '"" ',
    '[',
    '<',
    '<"',
    '\\',
    ';',
    ' ',
    '\r\n ',
    '\n',
    'a',
    'a ',
    'by ',
    'from by ',
  ]
  const notes = [
    'helo=x ',
    'helo=x !',
    '[1.1.1.1] ',
    '1.1.1.1:',
    '@',
    'authenticated ',
    '1 Jan ',
    '0:0 ',
    '\xff',
    '\0',
    '.a',
  ]
  const starts = ['', 'from a (', 'from ', 'by ', 'id ', 'for <', 'for "', '; ', '; 1 Jan 2026 10:00:00 (', 'id 1 ']

  it.each([...pieces, ...notes])('of %j', piece => {
    // a mebibyte, and what is just within the cap of one field
    const [mebibyte, capped] = [2 ** 20, 60_000].map(size => piece.repeat(size / piece.length))
    const fields = starts.flatMap(start => [`${start}${capped}`, `${start}${capped})>" by a; !`])
    for (const field of [...fields, `from a (${mebibyte}`, `from a ${mebibyte})>" by a; !`]) {
      expect(readReceived(Buffer.from(field, 'latin1')).raw).toHaveLength(field.length)
    }
  })
})
