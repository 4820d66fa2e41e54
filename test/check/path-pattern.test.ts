import { describe, expect, it } from 'vitest'
import { matchesPath, namesHop, parsePathPattern } from '../../src/check/path-pattern.js'

function hop(name: string, n: number) {
  return { mta: name, by: { name: `${name}.chain.test`, address: `127.0.0.${n}` } }
}

const hops = ['submission', 'outbound', 'gateway', 'filter', 'mailbox'].map(hop)

describe('a path pattern', () => {
  it.each([
    'submission > outbound > gateway > filter > mailbox',
    'submission,outbound,gateway,filter,mailbox',
    'submission → outbound.chain.test → 127.0.0.2 → FILTER → [127.0.0.4]',
    'submission > * > mailbox',
    'submission > ? > ? > ? > mailbox',
    'sub* > * > *.chain.test',
    '*',
    '**',
    '** > gateway > **',
    'submission > ** > outbound > ** > mailbox > **',
    '* > filter > ?',
    '::ffff:127.0.0.0 > *',
  ])('%s fits', pattern => expect(matchesPath(parsePathPattern(pattern), hops)).toBe(true))

  it.each([
    'submission > mailbox',
    'submission > outbound > gateway > filter',
    'outbound > gateway > filter > mailbox',
    'submission > gateway > outbound > filter > mailbox',
    'submission > ? > mailbox',
    'submission > outbound > * > gateway > filter > mailbox',
    'submission > outbound > gateway > filter > mailbox > *',
    '* > 127.0.0.9 > *',
    'sub > *',
    'ubmission > *',
  ])('%s does not', pattern => expect(matchesPath(parsePathPattern(pattern), hops)).toBe(false))

  it('of no hops is any number alone', () => {
    expect(['**', '*', '?', 'a'].map(pattern => matchesPath(parsePathPattern(pattern), []))).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it.each(['', ' ', 'a >', '> a', 'a > > b', 'a b > c', 'a,'])('%o is none', pattern => {
    expect(() => parsePathPattern(pattern)).toThrow(
      new TypeError(`${JSON.stringify(pattern)} is no path: expected names, hostnames or addresses, as a > * > c`),
    )
  })

  it('takes no longer than the square of the length', () => {
    const many = Array.from({ length: 300 }, () => hop('a', 1))
    const steps = parsePathPattern(`${'** > '.repeat(300)}b`)
    expect(matchesPath(steps, many)).toBe(false)
  })
})

it('a hop that says nothing is named by nothing but *', () => {
  const nothing = { mta: null, by: { name: null, address: null } }
  expect(['a', 'null', '', '127.0.0.1'].map(word => namesHop(word, nothing))).toEqual([false, false, false, false])
})
