/**
 * The reader over 32,585 fields of real mail of 2001 and 2002, half of it spam with forged fields.
 */
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'
import { corpusFields } from '../support/corpus.js'

describe('the fields of a corpus', () => {
  const fields = corpusFields()
  const read = fields.map(field => readReceived(field))
  const shareOf = (count: number) => count / fields.length

  it('are 32,585, and each is returned as it was given', () => {
    expect(fields).toHaveLength(32_585)
    expect(read.every(({ raw }, at) => raw === fields[at])).toBe(true)
  })

  it('are of a known dialect, but for 1 in 100', () => {
    expect(shareOf(read.filter(({ dialect }) => dialect !== null).length)).toBeGreaterThan(0.985)
    expect(shareOf(read.filter(({ dialect }) => dialect === 'rfc5321').length)).toBeLessThan(0.02)
  })

  it('have a date, but for those whose date nobody can tell', () => {
    const undated = read.filter(({ date }) => date === null)
    expect(shareOf(undated.length)).toBeLessThan(0.005)
  })

  it('have an address wherever one stands in the from part and is no part of a HELO', () => {
    const withLiteral = fields.flatMap((field, at) => {
      const text = field.toString('latin1').replaceAll(/\s+/g, ' ')
      const address = /^Received: from \S+ \((?:(?!HELO )[\w.-]+ )?\[(\d+\.\d+\.\d+\.\d+)\]\)/.exec(text)?.[1]
      return address === undefined ? [] : [[address, read[at]?.from.address]]
    })
    expect(withLiteral.length).toBeGreaterThan(15_000)
    expect(withLiteral.filter(([expected, found]) => expected !== found)).toEqual([])
  })

  it('have a canonical address or none', () => {
    const odd = read
      .flatMap(({ from, by }) => [from.address, by.address])
      .filter(address => address?.match(/[[\]%A-Z]/))
    expect(odd).toEqual([])
  })
})
