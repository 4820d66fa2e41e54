import { describe, expect, it } from 'vitest'
import { splitClauses } from '../../src/trace/clauses.js'

function clausesOf(text: string) {
  return splitClauses(text).clauses.map(({ keyword, words }) => [keyword, ...words.map(word => word.text)])
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

  it('keeps comments with the clause that they stand in', () => {
    const [from, by] = splitClauses('(z) from a (b) (c) by (d) e').clauses
    expect(from?.comments.map(comment => comment.text)).toEqual(['(b)', '(c)'])
    expect(by?.comments.map(comment => comment.text)).toEqual(['(d)'])
  })

  it('keeps words in front of the first keyword apart', () => {
    const { strays, clauses } = splitClauses('__proto__ x by a')
    expect(strays.map(word => word.text)).toEqual(['__proto__', 'x'])
    expect(clauses).toHaveLength(1)
  })

  it('ends the last clause at the first semicolon, and begins a segment behind each', () => {
    const { clauses, segments } = splitClauses('by a; by b (;) "c;" ; d (e')
    expect(clauses).toHaveLength(1)
    expect(segments).toEqual([
      { position: 5, text: ' by b (;) "c;" ' },
      { position: 21, text: ' d ' },
    ])
  })

  it('reads nothing behind what is not closed', () => {
    expect(splitClauses('from a (b by c; d')).toMatchObject({ clauses: [{ keyword: 'from' }], segments: [] })
  })
})
