import { describe, expect, it } from 'vitest'
import { count, duration, size } from '../../src/report/quantities.js'

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [850.4, '850 ms'],
    [999.6, '1 s'],
    [2_340, '2.3 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min'],
    [250_000, '4 min 10 s'],
    [3_599_900, '1 h'],
    [11_100_000, '3 h 5 min'],
    [187_200_000, '2 d 4 h'],
    [-500, '-500 ms'],
    [-90_000, '-1 min 30 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})

describe('size', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [4_100, '4.1 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1 MB'],
    [5_240_000, '5.2 MB'],
  ])('%d octets are %s', (octets, text) => {
    expect(size(octets)).toBe(text)
  })
})

describe('count', () => {
  it('knows one and many', () => {
    expect([count(0, 'hop'), count(1, 'hop'), count(1_200, 'hop')]).toEqual(['0 hops', '1 hop', '1,200 hops'])
    expect(count(2, 'copy', 'copies')).toBe('2 copies')
  })
})
