/**
 * A trace as people read it on a terminal, and as tables and documents.
 */
import { test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { makeStyle } from '../../../src/report/style.js'
import { width } from '../../../src/report/text.js'
import { traceFormat } from '../../../src/report/trace/trace.js'
import { csvHead, traceToCsv } from '../../../src/report/trace/csv.js'
import { traceToJson } from '../../../src/report/trace/json.js'
import { traceToText } from '../../../src/report/trace/text.js'
import type { TracedMessage } from '../../../src/report/trace/view.js'
import { hostile, traced } from '../tracing.js'

const plain = makeStyle(false)

function shown(message: TracedMessage, columns = 100): string[] {
  return traceToText(message, plain, columns).split('\n')
}

describe('text', () => {
  const three = [
    'from b.example ([192.0.2.2]) by c.example with ESMTPS id 3; Tue, 24 Nov 2026 11:00:09 +0100',
    'from 受信.example ([10.0.0.1]) by b.example with ESMTP id 2; Tue, 24 Nov 2026 10:00:02 +0000',
    'from x by a.example id 1; Tue, 24 Nov 2026 10:00:00 +0000',
  ]

  it('has the oldest hop first, its columns below one another', () => {
    expect(shown(traced(three), 120)).toEqual([
      'm.eml  3 hops in 9 s, times in UTC',
      '  1  x                                   → a.example  2026-11-24 10:00:00                    protocol ?  TLS ?',
      '  2  受信.example [10.0.0.1 private]     → b.example  2026-11-24 10:00:02  +2 s  ██▉         ESMTP       TLS ?',
      '  3  b.example [192.0.2.2 documentation] → c.example  2026-11-24 10:00:09  +7 s  ██████████  ESMTPS      TLS',
      expect.stringMatching(/^ {2}! broken-link \(hop 2\) {2}it came from /),
    ])
  })

  it('has two lines a hop where one is too narrow, and none that is wider', () => {
    const lines = shown(traced(three, { trusted: ['192.0.2.0/24'] }), 70)
    expect(lines[1]).toBe('  1  x → a.example')
    expect(lines[2]).toMatch(/^ {5}2026-11-24 10:00:00 /)
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(70)
  })

  it('keeps the address of a client whose name is too long', () => {
    const [, row = ''] = shown(traced([`from ${'x'.repeat(900)} ([192.0.2.1]) by ${'y'.repeat(300)}.test; x`]))
    expect(width(row)).toBeLessThanOrEqual(100)
    expect(row).toMatch(/x… \[192\.0\.2\.1 documentation\] → y+…$/)
  })

  it('has what a client said beside what DNS says, where that is another name', () => {
    const from = (words: string): string | undefined =>
      /\d {2}(.*) →/.exec(shown(traced([`from ${words} by b.test`]))[1] ?? '')?.[1]
    expect(from('x.test (y.test [192.0.2.1])')).toBe('x.test (y.test [192.0.2.1 documentation])')
    expect(from('Y.test (y.test [192.0.2.1])')).toBe('y.test [192.0.2.1 documentation]')
    expect(from('x.test (unknown [192.0.2.1])')).toBe('x.test [192.0.2.1 documentation]')
  })

  it('draws the boundary between claims and what is ours', () => {
    const fields = [
      'from a.example (a.example [198.51.100.1]) by mx.ours.example; Tue, 24 Nov 2026 10:00:02 +0000',
      'from x by a.example; Tue, 24 Nov 2026 10:00:00 +0000',
    ]
    const lines = shown(traced(fields, { trusted: [] }), 70)
    expect(lines.findIndex(line => line.startsWith('  ── trust ends here, above are claims'))).toBe(3)
    expect(lines[4]).toMatch(/^ {2}2 /)
    expect(shown(traced(fields.slice(0, 1), { trusted: [] }), 120)[1]).toMatch(
      /^ {2}── trust ends here · first address/,
    )
    const ours = shown(traced(fields.slice(0, 1), { trusted: ['198.51.100.0/24'] }), 120)
    expect(ours[1]).toMatch(/^ {2}── no trust boundary: all hops are inside the trusted networks ─+$/)
  })

  it.each([
    ['by mx.example', 'from unknown by mx.example', /the hop below names a client without its address, unknown/],
    ['by mx.example', 'from a (b by c', /the field below can't be read/],
  ])('says why trust ends at a client that nobody knows', (newer, older, said) => {
    expect(shown(traced([newer, older, 'by x.example'], { trusted: [] }), 200).join('\n')).toMatch(said)
  })

  it('says what is unknown', () => {
    const [title, row] = shown(traced(['by b.example', 'from x by a.example']), 200)
    expect(title).toBe('m.eml  2 hops, time in all unknown, times in UTC')
    expect(row).toMatch(/no date .*protocol \? {2}TLS \?$/)
    expect(shown(traced(['by b.example', 'from x by a.example']), 200)[2]).toMatch(/no client named.* delay \? /)
  })

  it('tells skew from delay in the row, and not once more below it', () => {
    const lines = shown(
      traced(['by b.test; Mon, 1 Jan 2024 00:00:00 +0000', 'from x by a.test; Mon, 1 Jan 2024 00:01:30 +0000']),
      200,
    )
    expect(lines).toHaveLength(3)
    expect(lines[2]).toMatch(/ -1 min 30 s .* clocks 1 min 30 s or more apart$/)
  })

  it('scales the bars to the longest delay; a short one is not nothing', () => {
    const fields = ['10:01:00', '10:00:01', '10:00:01', '10:00:00'].map((time, at) => {
      return `from m${at + 1}.example by m${at}.example; Tue, 24 Nov 2026 ${time} +0000`
    })
    const drawn = shown(traced(fields), 200).map(line => /[▏▎▍▌▋▊▉█]+/.exec(line)?.[0])
    expect(drawn.slice(1)).toEqual([undefined, '▏', undefined, '██████████'])
  })
})

describe('CSV', () => {
  const cells = (message: TracedMessage): string => (traceToCsv(message) ?? '').replaceAll('\r', '')

  it('has a row a hop, and a name a column', () => {
    expect(
      cells(traced(['from a.example ([192.0.2.1]) by b.example with ESMTPS id 1; Tue, 24 Nov 2026 10:00:00 +0000'])),
    ).toBe('m.eml,1,0,,a.example,,192.0.2.1,documentation,b.example,,ESMTPS,true,,,1,,2026-11-24T10:00:00.000Z,,,0,')
    expect(csvHead.split(',')).toHaveLength(21)
    expect(traceToCsv(traced([]))).toBeNull()
  })

  it('quotes (RFC 4180 2.6, 2.7)', () => {
    expect(cells(traced(['by b.example'], {}, 'a "b", c'))).toMatch(/^"a ""b"", c",1,/)
  })

  it.each(['=1+1', '+1', '-1', '@x', '|x', ' =1', '＝1'])('is no formula: %j', name => {
    expect(cells(traced(['by b.example'], {}, name))).toMatch(new RegExp(`^'${name.replace(/[+|]/g, '\\$&')},1,`))
  })

  test.prop({ message: hostile })('has as many cells in each row, none of them a formula', ({ message }) => {
    const rows = (traceToCsv(message) ?? '').split('\r\n').filter(row => row !== '')
    expect(rows).toHaveLength(message.trace.hops.length)
    for (const row of rows) {
      const parsed = [...`,${row.replace(/\r$/, '')}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, bare]) => quoted ?? bare ?? '',
      )
      expect(parsed).toHaveLength(21)
      // numbers are ours
      for (const cell of parsed) expect(cell).not.toMatch(/^(?!-?\d+(?:\.\d+)?$)[=+\-@|\t\r]/)
      expect(row.slice(0, -1)).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/)
    }
  })
})

describe('JSON', () => {
  it('has what the library has, octets as text, no control character', () => {
    const evil = '\u009B31m'
    const json = traceToJson(traced([`from ${evil} ([192.0.2.1]) by b.example; x`], { trusted: [] }), 0)
    expect(json).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
    expect(JSON.parse(json)).toMatchObject({
      file: 'm.eml',
      totalMs: null,
      boundary: { field: 0, address: '192.0.2.1', reason: 'address' },
      hops: [
        { field: 0, trusted: true, scope: 'documentation', date: null, raw: expect.stringContaining('Received: ') },
      ],
    })
  })

  test.prop({ message: hostile })('is a document together with its head and tail', ({ message }) => {
    const { head, tail } = traceFormat('json', plain, 80)
    const { messages } = JSON.parse([head, traceToJson(message, 0), traceToJson(message, 1), tail].join('\n'))
    expect(messages).toHaveLength(2)
    expect(messages[1].file).toBe(message.file)
  })
})

test.prop({ message: hostile })('text has no character that a terminal acts upon', ({ message }) => {
  expect(traceToText(message, plain, 100)).not.toMatch(
    /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/,
  )
})

it('counts whole seconds, as dates do', () => {
  const same = 'from x.example by a.example id 1; Tue, 24 Nov 2026 10:00:00 +0000'
  expect(shown(traced([same.replace('x.example by a', 'a.example by b'), same]))[0]).toContain('2 hops in 0 s,')
})
