import { describe, expect, it } from 'vitest'
import {
  endpoint,
  padEnd,
  padStart,
  printable,
  printableJson,
  printableLines,
  shorten,
  width,
} from '../../src/report/text.js'

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

describe('what a terminal would act upon', () => {
  const evil = '\u001B[31m\u009B1m\u0007\r\n\u007F\u202Ex\u2066\u200F'

  it('is shown instead', () => {
    expect(printable(evil)).toBe('\\x1b[31m\\x9b1m\\x07\\x0d\\x0a\\x7f\\x202ex\\x2066\\x200f')
    expect(printable('Grüße, 受信 📨')).toBe('Grüße, 受信 📨')
  })

  it('but line ends stay where there are lines', () => {
    expect(printableLines('a\u001B\nb')).toBe('a\\x1b\nb')
  })

  it('is escaped in JSON, whose meaning is the same', () => {
    const json = printableJson(JSON.stringify({ evil }, null, 2))
    expect(json).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200F\u202E\u2066]/)
    expect(JSON.parse(json)).toEqual({ evil })
  })
})

it('an endpoint has brackets around IPv6', () => {
  expect(endpoint('127.0.0.1', 25)).toBe('127.0.0.1:25')
  expect(endpoint('::1', 25)).toBe('[::1]:25')
})
