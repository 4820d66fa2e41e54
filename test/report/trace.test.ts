/**
 * A trace as people read it.
 */
import { expect, it } from 'vitest'
import { makeStyle } from '../../src/report/style.js'
import { width } from '../../src/report/text.js'
import { formatTrace } from '../../src/report/trace.js'
import { readTrace } from '../../src/trace/trace.js'

function shown(...fields: readonly string[]): string[] {
  const content = fields.map(field => `${field}\r\n`).join('')
  return formatTrace('m.eml', readTrace(`${content}\r\n`), makeStyle(false)).split('\n')
}

it('has the oldest hop first, its columns below one another', () => {
  expect(
    shown(
      'Received: from b.example ([192.0.2.2]) by c.example with ESMTPS id 3; Tue, 24 Nov 2026 11:00:09 +0100',
      'Received: from 受信.example ([192.0.2.1]) by b.example with ESMTP id 2; Tue, 24 Nov 2026 10:00:02 +0000',
      'Received: from x by a.example id 1; Tue, 24 Nov 2026 10:00:00 +0000',
    ),
  ).toEqual([
    'm.eml  3 hops, 9 s in all, times in UTC',
    '  1  x                         → a.example          2026-11-24 10:00:00',
    '  2  受信.example [192.0.2.1]  → b.example  ESMTP   2026-11-24 10:00:02  +2 s',
    '  3  b.example [192.0.2.2]     → c.example  ESMTPS  2026-11-24 10:00:09  +7 s',
    expect.stringMatching(/^ {2}! broken-link \(field 1\) {2}/),
  ])
})

it('tells what is odd, and is not as wide as a hostile name', () => {
  const [, row = '', ...oddities] = shown(`Received: from ${'x'.repeat(900)} by y.test; Mon, 1 Jan 2024 00:00:00 +0000`)
  expect(width(row)).toBeLessThan(200)
  expect(row).toContain('…')
  expect(oddities).toEqual([])
  expect(shown('Received: nonsense').at(-1)).toMatch(/^ {2}! unreadable \(field 0\) {2}/)
})

it('has a delay that runs backwards with its sign', () => {
  const lines = shown(
    'Received: by b.test; Mon, 1 Jan 2024 00:00:00 +0000',
    'Received: by a.test; Mon, 1 Jan 2024 00:01:30 +0000',
  )
  expect(lines[2]).toMatch(/ -1 min 30 s$/)
})
