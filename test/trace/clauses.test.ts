import { describe, expect, it } from 'vitest'
import { splitClauses } from '../../src/trace/clauses.js'

function clausesOf(text: string) {
  const { all, parts } = splitClauses(text)
  return all.map(({ keyword, part, end }) => {
    const behind = Array.from({ length: end - part - 1 }, (_, at) => part + 1 + at)
    return [keyword, ...behind.filter(at => parts.isWord(at)).map(at => parts.textOf(at))]
  })
}

describe('splitting a field into clauses', () => {
  it('finds keywords in any case, each with its words', () => {
    expect(clausesOf('FROM a By b via Frontend Transport WITH Microsoft SMTP Server iD 1 For <c@d> tls x')).toEqual([
      ['from', 'a'],
      ['by', 'b'],
      ['via', 'Frontend', 'Transport'],
      ['with', 'Microsoft', 'SMTP', 'Server'],
      ['id', '1'],
      ['for', '<c@d>'],
      ['tls', 'x'],
    ])
  })

  it.each(['from', 'by', 'via', 'with', 'id', 'for', 'tls'])('takes %s right after a keyword for its value', word => {
    expect(clausesOf(`from ${word} by ${word} with ESMTP`)).toEqual([
      ['from', word],
      ['by', word],
      ['with', 'ESMTP'],
    ])
  })

  it('takes a keyword behind a comment for a keyword: the clause before it has no value', () => {
    expect(clausesOf('by (CommuniGate Pro SMTP 5.2.3) with ESMTPA')).toEqual([['by'], ['with', 'ESMTPA']])
  })

  it('finds no keyword in comments, quoted strings, [ ], < > or parts of words', () => {
    expect(clausesOf('from a ( by b ) " by c" [ by d ] < by e > xby by-f')).toEqual([
      ['from', 'a', '" by c"', '[ by d ]', '< by e >', 'xby', 'by-f'],
    ])
  })

  it('keeps clauses of one kind apart, in order', () => {
    expect(clausesOf('by a by b')).toEqual([
      ['by', 'a'],
      ['by', 'b'],
    ])
  })

  it('keeps comments with the clause that they stand in, those before all clauses too', () => {
    const clauses = splitClauses('(z) from a (b) (c) by (d) e')
    expect(clauses.leading()).toEqual(['z'])
    expect(clauses.comments(clauses.firsts.from)).toEqual(['b', 'c'])
    expect(clauses.comments(clauses.firsts.by)).toEqual(['d'])
    expect(clauses.comments(clauses.firsts.id)).toEqual([])
  })

  it('gives the first clause of a kind, its words and its value', () => {
    const clauses = splitClauses('with Microsoft (x) SMTP Server with y')
    expect(clauses.words(clauses.firsts.with)).toBe('Microsoft SMTP Server')
    expect([clauses.value('with'), clauses.value('with', 2), clauses.value('with', 3)]).toEqual([
      'Microsoft',
      'Server',
      undefined,
    ])
  })

  it('leaves words in front of the first keyword to no clause', () => {
    expect(clausesOf('__proto__ x by a')).toEqual([['by', 'a']])
  })

  it('ends the last clause at the first semicolon', () => {
    const clauses = splitClauses('by a; by b (;) "c;" ; d (e')
    expect(clauses.all).toHaveLength(1)
    expect(clauses.parts.kind(clauses.end)).toBe('semicolon')
  })

  it('reads nothing behind what is not closed', () => {
    const clauses = splitClauses('from a (b by c; d')
    expect(clauses.all.map(({ keyword }) => keyword)).toEqual(['from'])
    expect(clauses.parts.kind(clauses.end)).toBe('unread')
  })
})
