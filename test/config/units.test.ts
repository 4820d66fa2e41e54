import { expect, test } from 'vitest'
import { parseDuration, parseSize } from '../../src/config/units.js'

test.each([
  ['5kB', 5000],
  ['10B', 10],
  ['50MB', 50_000_000],
  ['2GB', 2_000_000_000],
  ['5KiB', 5120],
  ['64MiB', 67_108_864],
  ['1GiB', 1_073_741_824],
  ['1.5MB', 1_500_000],
  ['1.005kB', 1005],
  ['100KB', 100_000],
])('the size %s is %d octets', (text, octets) => expect(parseSize(text)).toBe(octets))

test.each([
  ['200ms', 200],
  ['60s', 60_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['5d', 432_000_000],
  ['1.5h', 5_400_000],
  ['0s', 0],
])('the duration %s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

test.each(['', '50', '50 MB', '50mb', 'MB', '-1MB', '1e3MB', '.5MB', '50MBx', '10m'])('"%s" is no size', text => {
  expect(parseSize(text)).toBeNaN()
})

test.each(['', '10', '10 m', '10M', 'm', '-1s', '1h30m', '10min', '1e3ms', '1MB'])('"%s" is no duration', text => {
  expect(parseDuration(text)).toBeNaN()
})
