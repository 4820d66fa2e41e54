/**
 * Delay told from clock skew: machines a, b, c and so on, a hop each, dated so many seconds after ten o'clock.
 */
import { expect, it } from 'vitest'
import { readTrace } from '../../src/trace/trace.js'

const names = ['a', 'b', 'c', 'd', 'e', 'f']

function field(name: string, seconds: number | null, from: string): string {
  const date = seconds === null ? '' : `; ${new Date(Date.UTC(2026, 10, 24, 10, 0, seconds)).toUTCString()}`
  return `Received: from ${from} by ${name}.example with ESMTP id 1${date}\r\n`
}

function read(...seconds: readonly (number | null)[]) {
  const fields = seconds.map((at, index) => field(names[index] ?? '', at, `${names[index - 1] ?? 'x'}.example`))
  const { hops, totalMs } = readTrace(`${fields.toReversed().join('')}\r\n`)
  const told = hops.map(({ waitMs, skewMs }) => [waitMs === null ? null : waitMs / 1000, skewMs / 1000])
  return { told, total: totalMs === null ? null : totalMs / 1000 }
}

it('is all delay where dates run forward', () => {
  expect(read(0, 5, 3600)).toEqual({
    told: [
      [null, 0],
      [5, 0],
      [3595, 0],
    ],
    total: 3600,
  })
})

it.each([
  // the dates, and what each hop waited and its clock is off by
  [
    'a delay that the next hop takes back is the machine’s clock',
    [0, 3602, 5],
    [
      [null, 0],
      [5, 3597],
      [0, 0],
    ],
  ],
  [
    'a clock that is slow makes the next hop look late',
    [0, 2, -600, 8],
    [
      [null, 0],
      [2, 0],
      [0, -602],
      [6, 0],
    ],
  ],
  [
    'part of a long delay may be skew',
    [0, 7200, 3600, 3605],
    [
      [null, 0],
      [3600, 3600],
      [0, 0],
      [5, 0],
    ],
  ],
  [
    'the first machine alone is fast where the others agree',
    [3600, 0, 3],
    [
      [null, 3600],
      [0, 0],
      [3, 0],
    ],
  ],
  [
    'the last machine alone is slow where the others agree',
    [0, 3, -3600],
    [
      [null, 0],
      [3, 0],
      [0, -3603],
    ],
  ],
  [
    'with two hops nobody knows',
    [3600, 0],
    [
      [null, 0],
      [null, 0],
    ],
  ],
  [
    'where both explain it, nobody knows',
    [0, 7200, 3600],
    [
      [null, 0],
      [7200, 0],
      [null, 0],
    ],
  ],
  [
    'a second is no skew',
    [0, 10, 9],
    [
      [null, 0],
      [10, 0],
      [0, 0],
    ],
  ],
  [
    'an unknown date tells nothing',
    [0, null, 9, 4],
    [
      [null, 0],
      [null, 0],
      [null, 0],
      [null, 0],
    ],
  ],
])('%s', (_why, seconds, expected) => expect(read(...seconds).told).toEqual(expected))

it('leaves what the clocks are wrong by out of the total', () => {
  expect(read(3600, 0, 3).total).toBe(3)
  expect(read(0, 3, -3600).total).toBe(3)
  expect(read(3600, 0).total).toBeNull()
})

it('is one clock for all hops that one machine received', () => {
  const header = [
    field('c', 7, 'b.example'),
    field('b', 3604, 'localhost (localhost [127.0.0.1])'),
    field('b', 3601, 'a.example'),
    field('a', 0, 'x.example'),
  ].join('')
  const { hops } = readTrace(`${header}\r\n`)
  expect(hops.map(({ waitMs, skewMs }) => [waitMs, skewMs])).toEqual([
    [null, 0],
    [4000, 3_597_000],
    [3000, 3_597_000],
    [0, 0],
  ])
})

it('has each wait, however dates are, no less than zero, and never more than the dates tell', () => {
  for (let seed = 1; seed < 500; seed++) {
    const seconds = names.map((_, at) => ((seed * 7919 * (at + 3) * (at + 1)) % 2001) - 1000)
    for (const [wait] of read(...seconds).told) expect(wait ?? 0).toBeGreaterThanOrEqual(0)
  }
})
