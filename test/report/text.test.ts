import { describe, expect, it } from 'vitest'
import { endpoint, padEnd, padStart, shorten, width } from '../../src/report/text.js'

describe('width', () => {
  it.each([
    ['abc', 3],
    ['受信', 4],
    ['수신', 4],
    ['メール1', 7],
    ['é', 1],
    ['e\u0301', 1],
    ['📨', 2],
    ['', 0],
  ])('of %s is %i columns', (text, columns) => {
    expect(width(text)).toBe(columns)
    expect(width(padEnd(text, 9))).toBe(9)
    expect(padStart(text, 9).trimStart()).toBe(text)
  })
})

describe('shorten', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['受信受信', 8, '受信受信'],
    ['受信受信', 7, '受信受…'],
    ['受信受信', 6, '受信…'],
    ['ab', 1, '…'],
  ])('%s to %i columns is %s', (text, columns, short) => {
    expect(shorten(text, columns)).toBe(short)
    expect(width(short)).toBeLessThanOrEqual(columns)
  })
})

it('an endpoint has brackets around IPv6', () => {
  expect(endpoint('127.0.0.1', 25)).toBe('127.0.0.1:25')
  expect(endpoint('::1', 25)).toBe('[::1]:25')
})
