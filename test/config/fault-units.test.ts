import { describe, expect, test } from 'vitest'
import { readFault } from '../../src/config/fault.js'
import { parseDelay, parseErrorReply, parseRate, parseSizeRange, parseThrottle } from '../../src/config/fault-units.js'
import type { Stage } from '../../src/mail/envelope.js'

test.each([
  ['200ms', { least: 200, most: 200 }],
  ['100ms..2s', { least: 100, most: 2000 }],
  [['1s', '1m'], { least: 1000, most: 60_000 }],
  ['2s..1s', null],
  ['1s..2s..3s', null],
  ['200', null],
  ['', null],
])('the delay %j', (written, expected) => {
  expect(parseDelay(written)).toEqual(expected)
})

test.each([
  ['>1kB', { least: 1001, most: Number.POSITIVE_INFINITY }],
  ['>=1kB', { least: 1000, most: Number.POSITIVE_INFINITY }],
  ['<1kB', { least: 0, most: 999 }],
  ['<=5', { least: 0, most: 5 }],
  ['>10B', { least: 11, most: Number.POSITIVE_INFINITY }],
  ['1kB..1KiB', { least: 1000, most: 1024 }],
  ['1kB', null],
  ['2kB..1kB', null],
  ['<0', null],
  ['>', null],
  ['', null],
])('the sizes %j', (written, expected) => {
  expect(parseSizeRange(written)).toEqual(expected)
})

test.each([
  ['1kB/s', 1000],
  ['5B/s', 5],
  ['1.5KiB/s', 1536],
  ['0B/s', null],
  ['1kB', null],
  ['kB/s', null],
])('the throttle %j', (written, expected) => {
  expect(parseThrottle(written)).toBe(expected)
})

test.each([
  ['10/min', { count: 10, per: 60_000 }],
  ['1/s', { count: 1, per: 1000 }],
  ['100000/d', { count: 100_000, per: 86_400_000 }],
  ['100001/d', null],
  ['0/s', null],
  ['1/m', null],
  ['/s', null],
])('the rate %j', (written, expected) => {
  expect(parseRate(written)).toEqual(expected)
})

describe('the reply', () => {
  test.each([
    ['450 4.7.1 Greylisted', { code: 450, enhanced: '4.7.1', text: 'Greylisted' }],
    ['550', { code: 550, enhanced: null, text: '' }],
    ['550 5.1.1', { code: 550, enhanced: '5.1.1', text: '' }],
    ['550 4.1.1 No', null],
    ['250 2.0.0 Ok', null],
    ['460 No', null],
    ['450-4.7.1 No', null],
    ['450 a\r\n250 b', null],
    ['450 ü', null],
    [`450 ${'x'.repeat(507)}`, null],
  ])('%j', (written, expected) => {
    expect(parseErrorReply(written)).toEqual(expected)
  })

  test.each<[Stage, string, string | null]>([
    ['connect', '554 No', null],
    ['helo', '421 No', null],
    ['mail', '421 No', '4.3.2'],
    ['rcpt', '550 No', '5.1.1'],
    ['data', '550 No', '5.7.1'],
    ['message', '452 No', '4.3.1'],
    ['rcpt', '452 No', '4.2.2'],
    ['starttls', '454 No', '4.7.0'],
    ['auth', '535 No', '5.7.8'],
    ['mail', '559 No', '5.0.0'],
    ['mail', '550 5.1.8 No', '5.1.8'],
  ])('at %s, %j has the enhanced code %s', (at, written, enhanced) => {
    expect(readFault({ at, reply: written }).action).toMatchObject({ kind: 'reply', reply: { enhanced } })
  })
})
