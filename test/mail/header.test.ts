import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endOfLine, fieldNameLength, isField, splitHeader, valuesOf } from '../../src/mail/header.js'

const octets = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Names and raw texts of the fields, and the rest. */
function split(text: string): { fields: [name: string, raw: string][]; rest: string } {
  const { fields, end } = splitHeader(octets(text))
  return {
    fields: fields.map(({ name, raw }) => [name, Buffer.from(raw).toString('latin1')]),
    rest: text.slice(end),
  }
}

describe('splitHeader', () => {
  it.each<[text: string, fields: [name: string, raw: string][], rest: string]>([
    ['', [], ''],
    ['\r\nbody', [], '\r\nbody'],
    ['A: 1\r\n\r\nbody', [['A', 'A: 1\r\n']], '\r\nbody'],
    [
      'A: 1\r\nb:2\r\n',
      [
        ['A', 'A: 1\r\n'],
        ['b', 'b:2\r\n'],
      ],
      '',
    ],
    [
      'A: 1\r\n 2\r\n\t3\r\nB: 4\r\n\r\n',
      [
        ['A', 'A: 1\r\n 2\r\n\t3\r\n'],
        ['B', 'B: 4\r\n'],
      ],
      '\r\n',
    ],
    ['A \t: 1\r\n', [['A', 'A \t: 1\r\n']], ''],
    [
      'A:\r\n \r\nB: 1\r\n',
      [
        ['A', 'A:\r\n \r\n'],
        ['B', 'B: 1\r\n'],
      ],
      '',
    ],
    ['A: 1\nB: 2\r\n', [['A', 'A: 1\nB: 2\r\n']], ''],
    ['A: 1\rB: 2\r\n', [['A', 'A: 1\rB: 2\r\n']], ''],
    [
      'A: 1\r\r\nB: 2\r\n',
      [
        ['A', 'A: 1\r\r\n'],
        ['B', 'B: 2\r\n'],
      ],
      '',
    ],
    ['A: no end', [['A', 'A: no end']], ''],
    ['A: \xff\0\r\n', [['A', 'A: \xff\0\r\n']], ''],
    ['!~: x\r\n', [['!~', '!~: x\r\n']], ''],
    ['A: 1\r\nno field\r\nB: 2\r\n', [['A', 'A: 1\r\n']], 'no field\r\nB: 2\r\n'],
    [' A: 1\r\n', [], ' A: 1\r\n'],
    [': 1\r\n', [], ': 1\r\n'],
    ['A\xff: 1\r\n', [], 'A\xff: 1\r\n'],
    ['A\r\n: 1\r\n', [], 'A\r\n: 1\r\n'],
    ['A A: 1\r\n', [], 'A A: 1\r\n'],
  ])('%j', (text, fields, rest) => {
    expect(split(text)).toEqual({ fields, rest })
  })

  it('loses no octet, adds none, and says where each field stands', () => {
    const parts = fc.constantFrom('A', 'Received', ':', ' ', '\t', '\r\n', '\r', '\n', 'é', '\0')
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 20 }), list => {
        const text = list.join('')
        const { fields, rest } = split(text)
        expect(fields.map(([, raw]) => raw).join('') + rest).toBe(text)
        const { fields: places } = splitHeader(octets(text))
        expect(places.map(({ raw, start }) => octets(text).indexOf(raw, start))).toEqual(
          places.map(({ start }) => start),
        )
      }),
    )
  })

  it('reads a part of a larger store where it stands', () => {
    const store = octets('XX: 0\r\nA: 1\r\n\r\n')
    const { fields } = splitHeader(store.subarray(7))
    expect(fields.map(({ name, start }) => [name, start])).toEqual([['A', 0]])
  })
})

it('endOfLine finds CRLF and nothing else', () => {
  expect(endOfLine(octets('a\nb\rc\r\nd'), 0)).toBe(7)
  expect(endOfLine(octets('a\r\nb\r\n'), 3)).toBe(6)
  expect(endOfLine(octets('\r\n'), 0)).toBe(2)
  // a LF whose CR stands before the line is not its end
  expect(endOfLine(octets('\r\na\r\n'), 1)).toBe(5)
  expect(endOfLine(octets('a\r\nb'), 3)).toBe(4)
  expect(endOfLine(octets(''), 0)).toBe(0)
})

it('fieldNameLength is 0 where no field begins', () => {
  expect(fieldNameLength(octets('Subject: x'), 0)).toBe(7)
  expect(fieldNameLength(octets('Subject  \t: x'), 0)).toBe(7)
  expect(fieldNameLength(octets('a\r\nTo: x'), 3)).toBe(2)
  for (const text of ['Subject', 'Sub ject: x', ': x', ' Subject: x', '\r\n', '']) {
    expect(fieldNameLength(octets(text), 0)).toBe(0)
  }
})

it('isField knows a name in any case', () => {
  const [field] = splitHeader(octets('RECEIVED: x\r\n')).fields
  expect(field && isField(field, 'received')).toBe(true)
  expect(field && isField(field, 'Received-SPF')).toBe(false)
})

it('valuesOf unfolds the values of all fields of that name, without blanks around', () => {
  const header = splitHeader(
    Buffer.from('To: <a@b.example>,\r\n\t"Ü" <c@d.example> \r\nX: y\r\ntO:e:f\r\n \r\n\r\nTo: body'),
  )
  expect(valuesOf(header, 'to')).toEqual(['<a@b.example>,\t"Ü" <c@d.example>', 'e:f'])
  expect(valuesOf(header, 'cc')).toEqual([])
})
