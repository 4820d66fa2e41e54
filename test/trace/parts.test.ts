import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caps, commentText, splitParts } from '../../src/trace/parts.js'

function cut(text: string) {
  const parts = splitParts(text)
  return Array.from({ length: parts.count }, (_, part) => [parts.kind(part), parts.textOf(part)])
}

function troubleOf(text: string) {
  const { trouble } = splitParts(text)
  return trouble && `${trouble.position}: ${trouble.message}`
}

describe('splitting a field into parts', () => {
  it('cuts words at blanks of any kind', () => {
    expect(cut(' a\tb \r\n c\nd ')).toEqual(['a', 'b', 'c', 'd'].map(word => ['word', word]))
  })

  it('cuts comments and semicolons off words without a blank between them', () => {
    expect(cut('SMTPSVC(5.0);Tue')).toEqual([
      ['word', 'SMTPSVC'],
      ['comment', '(5.0)'],
      ['semicolon', ';'],
      ['word', 'Tue'],
    ])
  })

  it('nests comments, and lets a backslash quote in them', () => {
    expect(cut('(a (b; c) \\) d) e')).toEqual([
      ['comment', '(a (b; c) \\) d)'],
      ['word', 'e'],
    ])
  })

  it('takes a quotation mark in a comment for a plain character', () => {
    expect(cut('(say "hi) by')).toEqual([
      ['comment', '(say "hi)'],
      ['word', 'by'],
    ])
  })

  it('keeps quoted strings, [ ] and < > in one word', () => {
    const words = ['"a \\" ; (b"@c', '[a ; (b]', 'x[a b]y', '<a ; (b@c>', '<"a > b"@c>', "o'hara"]
    expect(cut(words.join(' '))).toEqual(words.map(word => ['word', word]))
  })

  it.each([
    ['a (b', 2, 'a comment is not closed'],
    ['a (b (c)', 2, 'a comment is not closed'],
    ['a (b\\)', 2, 'a comment is not closed'],
    ['a b"c', 3, 'a quoted string is not closed'],
    ['a "b\\"', 2, 'a quoted string is not closed'],
    ['a b[c', 3, 'a [ is not closed'],
    ['a b<c', 3, 'a < is not closed'],
    ['a <"b>', 2, 'a < is not closed'],
    ['a b) c', 3, 'a ) closes no comment'],
  ])('leaves the rest of %j unread from the part at fault', (text, position, message) => {
    expect(troubleOf(text)).toBe(`${position}: ${message}`)
    expect(cut(text)).toEqual([
      ['word', 'a'],
      ['unread', text.slice(2)],
    ])
  })

  it('begins where it is told', () => {
    const parts = splitParts('Received: a', 9)
    expect([parts.count, parts.kind(0), parts.start(0), parts.end(0)]).toEqual([1, 'word', 10, 11])
  })

  it('has nothing behind the last part', () => {
    const parts = splitParts('a b')
    expect([parts.kind(2), parts.isWord(2), parts.isComment(2), parts.start(2)]).toEqual([undefined, false, false, 3])
  })

  it.each([
    ['characters', 'a '.repeat(10) + 'b'.repeat(caps.length), 11, caps.length],
    ['parts', 'a '.repeat(caps.parts + 5), caps.parts + 1, caps.parts],
    ['comments', '() '.repeat(caps.comments + 5), caps.comments + 1, caps.comments],
  ])('stops at its cap of %s, and says so', (what, text, parts, cap) => {
    const read = splitParts(text)
    expect([read.count, read.kind(read.count - 1)]).toEqual([parts, 'unread'])
    expect(read.trouble?.message).toBe(`only the first ${cap} ${what} are read`)
  })

  it('reads what just fits its caps', () => {
    const texts = ['b'.repeat(caps.length), 'a '.repeat(caps.parts), '() '.repeat(caps.comments)]
    expect(texts.map(troubleOf)).toEqual([null, null, null])
  })

  it('loses no character of any text: parts and the blanks between them are all of it', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '"',
      '[',
      ']',
      '<',
      '>',
      '\\',
      ';',
      ' ',
      '\t',
      '\r\n ',
      'by',
      'é',
      '\0',
      'a',
    )
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const text = pieces.join('')
        let at = 0
        const parts = splitParts(text)
        for (let part = 0; part < parts.count; part++) {
          expect(text.slice(at, parts.start(part)).trim()).toBe('')
          expect(parts.end(part)).toBeGreaterThan(parts.start(part))
          expect(parts.textOf(part)).toBe(text.slice(parts.start(part), parts.end(part)))
          at = parts.end(part)
        }
        expect(text.slice(at).trim()).toBe('')
      }),
    )
  })
})

describe("a comment's text", () => {
  it('is what it says at its own depth, backslashes resolved and blanks collapsed', () => {
    expect(commentText('(a.example  [192.0.2.1] (may be (really) \\) forged) \\(b\\))')).toBe(
      'a.example [192.0.2.1] (b)',
    )
  })
})
