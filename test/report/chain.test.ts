/**
 * The drawing of a chain, on terminals of any width.
 */
import { describe, expect, it } from 'vitest'
import { type DrawnMta, drawChain } from '../../src/report/chain.js'
import { makeStyle } from '../../src/report/style.js'
import { width } from '../../src/report/text.js'

function mta(name: string, last = 1): DrawnMta {
  return { name, address: `127.0.0.${last}`, port: 2525 }
}

function draw(mtas: readonly DrawnMta[], columns: number): string[] {
  return drawChain(mtas, makeStyle(false), columns).split('\n')
}

/** The column in which a text begins. */
function columnOf(line: string, text: string): number {
  return width(line.slice(0, line.indexOf(text)))
}

it('has names joined by arrows, addresses and ports below them', () => {
  expect(draw([mta('submission', 11), mta('mailbox', 12)], 80)).toEqual([
    '  client ─▶ submission ─▶ mailbox',
    '            127.0.0.11    127.0.0.12',
    '            :2525         :2525',
  ])
})

describe('goes on in the next row where the terminal ends', () => {
  const many = Array.from({ length: 30 }, (_, at) => mta(`relay-${at + 1}`, at + 1))

  it.each([30, 40, 80, 100, 200])('30 MTAs in %i columns', columns => {
    const lines = draw(many, columns)
    for (const line of lines) expect(width(line)).toBeLessThan(columns)
    expect(lines.join('\n').match(/relay-\d+/g)).toEqual(many.map(({ name }) => name))
    lines.forEach((line, at) => {
      if (at % 3 > 0) return
      // a row goes on from the one above, which says so
      expect(line.startsWith(at === 0 ? '  client' : '  ▶ ')).toBe(true)
      expect(line.endsWith(' ─')).toBe(at < lines.length - 3)
      for (const { name, address } of many) {
        if (!new RegExp(`${name}( |$)`).test(line)) continue
        expect(columnOf(`${lines[at + 1]} `, `${address} `)).toBe(columnOf(line, name))
      }
    })
  })

  it('a name that is wider than the terminal has a row of its own', () => {
    const long = 'a'.repeat(63)
    const lines = draw([mta('first'), mta(long), mta('last')], 40)
    expect(lines.filter(line => line.includes(long))).toEqual([`  ▶ ${long} ─`])
    expect(lines.at(-3)).toBe('  ▶ last')
  })
})

it('keeps wide names above their addresses', () => {
  const lines = draw([mta('受信サーバー', 1), mta('配送', 2), mta('x', 3)], 100)
  for (const [name, address] of [
    ['配送', '127.0.0.2'],
    ['x', '127.0.0.3'],
  ] as const) {
    expect(columnOf(lines[1] ?? '', address)).toBe(columnOf(lines[0] ?? '', name))
  }
})

it('has five MTAs in a terminal of 80 columns', () => {
  const names = ['submission', 'outbound', 'gateway', 'filter', 'mailbox']
  expect(
    draw(
      names.map((name, at) => mta(name, 11 + at)),
      80,
    ),
  ).toHaveLength(3)
})

it('has IPv6 as it is', () => {
  expect(draw([{ name: 'six', address: '::1', port: 25 }], 80).slice(1)).toEqual(['            ::1', '            :25'])
})

it('is the same with colour as without', () => {
  const coloured = drawChain([mta('a'), mta('b', 2)], makeStyle(true), 80)
  expect(coloured).toContain('\u001B[')
  expect(coloured.replace(/\u001B\[\d+m/g, '').split('\n')).toEqual(draw([mta('a'), mta('b', 2)], 80))
})
