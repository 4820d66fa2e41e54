import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DotUnstuffing } from '../../src/receive/dot-unstuffing.js'

/** RFC 5321 4.5.2 in one piece: the content before the first CRLF.CRLF, freed of its dots, and what comes after. */
function reference(wire: string): { content: string; rest: string } {
  const lines = `\r\n${wire}`
  const end = lines.indexOf('\r\n.\r\n')
  return {
    content: lines
      .slice(0, end + 2)
      .replaceAll('\r\n.', '\r\n')
      .slice(2),
    rest: lines.slice(end + 5),
  }
}

/** All of it, chunk by chunk, up to the final dot. */
function unstuff(chunks: readonly string[]): { content: string; rest: string } {
  const dots = new DotUnstuffing()
  let content = ''
  for (const [index, chunk] of chunks.entries()) {
    const part = dots.write(Buffer.from(chunk, 'latin1'))
    content += part.content.toString('latin1')
    if (part.rest) return { content, rest: part.rest.toString('latin1') + chunks.slice(index + 1).join('') }
  }
  throw new Error('no final dot')
}

const pieces = ['.', '\r', '\n', '\r\n', '\r\n.', '\r\n..', '.\r', 'a', 'bc', '\0', '\xff']
const wires = fc
  .array(fc.constantFrom(...pieces), { maxLength: 12 })
  .map(parts => `${parts.join('')}\r\n.\r\nrest.\r\n`)

describe('dot-unstuffing', () => {
  it('does what the RFC says, however the octets are cut', () => {
    fc.assert(
      fc.property(wires, fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), (wire, cuts) => {
        const ends = [...cuts.filter(cut => cut < wire.length), wire.length].toSorted((a, b) => a - b)
        const chunks = ends.map((end, index) => wire.slice(ends[index - 1] ?? 0, end))
        expect(unstuff(chunks)).toEqual(reference(wire))
      }),
      { numRuns: 3000 },
    )
  })

  it('does it for every content of six of the octets that matter, in one piece and octet by octet', () => {
    const alphabet = ['.', '\r', '\n', 'a']
    for (let n = 0; n < alphabet.length ** 6; n++) {
      const content = Array.from(
        { length: 6 },
        (_, place) => alphabet[Math.floor(n / alphabet.length ** place) % 4],
      ).join('')
      const wire = `${content}\r\n.\r\n`
      const expected = reference(wire)
      if (unstuff([wire]).content !== expected.content) expect.fail(`${JSON.stringify(wire)} in one piece`)
      if (unstuff(wire.split('')).content !== expected.content) expect.fail(`${JSON.stringify(wire)} octet by octet`)
    }
  })
})
