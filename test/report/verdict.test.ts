/**
 * A verdict as people read it.
 */
import { describe, expect, it } from 'vitest'
import type { Finding, MessageVerdict } from '../../src/check/types.js'
import { together, undelivered } from '../../src/check/verdict.js'
import { makeStyle } from '../../src/report/style.js'
import { width } from '../../src/report/text.js'
import { formatMessage, formatSummary } from '../../src/report/verdict.js'
import { hop } from './judgements.js'

const plain = makeStyle(false)

function verdict(different: Partial<MessageVerdict>): MessageVerdict {
  return {
    file: 'plain.eml',
    recipient: 'b@example.test',
    delivered: true,
    verdict: 'pass',
    evidence: 'message',
    path: [],
    claimed: [],
    findings: [],
    ...different,
  }
}

function finding(different: Partial<Finding>): Finding {
  return {
    code: 'by-name',
    severity: 'error',
    position: 2,
    field: 1,
    expected: null,
    found: null,
    message: 'Not so.',
    ...different,
  }
}

function lines(message: MessageVerdict, note = ''): string[] {
  return formatMessage(message, note, plain).split('\n')
}

describe('hops', () => {
  it('stand below one another, numbers and delays at the right', () => {
    const path = Array.from({ length: 10 }, (_, at) => {
      return hop(at + 1, at === 4 ? 'a-longer-name' : 'mta', { delayMs: at === 0 ? null : at ** 5 })
    })
    const [title, ...rows] = lines(verdict({ path }), 'a → b')
    expect(title).toBe('✔ plain.eml  a → b')
    expect(rows[0]).toBe('   1  mta            127.0.0.1   ESMTP  4F2K7Q9XW3')
    expect(rows[1]).toBe('   2  mta            127.0.0.2   ESMTP  4F2K7Q9XW3    +1 ms')
    expect(rows[4]).toBe('   5  a-longer-name  127.0.0.5   ESMTP  4F2K7Q9XW3     +1 s')
    expect(rows[9]).toBe('  10  mta            127.0.0.10  ESMTP  4F2K7Q9XW3    +59 s')
  })

  it('have columns also where a name is wide, and no row as long as a hostile name', () => {
    const [, ...rows] = lines(verdict({ path: [hop(1, '受信'), hop(2, 'x'.repeat(5_000)), hop(3, 'y')] }))
    for (const row of rows) expect(width(row)).toBeLessThan(120)
    expect(new Set(rows.map(row => width(row.slice(0, row.indexOf('127.')))))).toHaveProperty('size', 1)
  })

  it('that are odd but in order have the reason below them', () => {
    const path = [hop(1, 'a', { field: 1 }), hop(2, 'b', { field: 0, delayMs: 2_400_000 })]
    const message = '40 min at a: 450 4.7.1 Greylisted by b, 3rd attempt'
    const findings = [finding({ code: 'delayed', severity: 'info', position: 2, field: 0, message })]
    expect(lines(verdict({ path, findings }))).toEqual([
      '✔ plain.eml',
      '  1  a  127.0.0.1  ESMTP  4F2K7Q9XW3',
      '  2  b  127.0.0.2  ESMTP  4F2K7Q9XW3  +40 min',
      `     ${message}`,
    ])
  })

  it('that are not trusted are told', () => {
    const [, row] = lines(
      verdict({ path: [hop(null, null, { trusted: false, by: { name: 'x.test', address: null } })] }),
    )
    expect(row).toMatch(/^ {2}\? {2}x\.test .* not trusted$/)
  })
})

describe('findings', () => {
  it('have their place, what was expected and what was found', () => {
    const findings = [
      finding({ expected: 'b.test', found: 'c.test' }),
      finding({ severity: 'warning', position: null }),
    ]
    expect(lines(verdict({ verdict: 'fail', findings }))).toEqual([
      '✘ plain.eml',
      '  ✘ by-name (hop 2, field 1)  Not so.',
      '      expected b.test, found c.test',
      '  ! by-name (field 1)  Not so.',
    ])
  })

  it('of a message that did not arrive say where it is', () => {
    const message = undelivered('b@example.test', 'not delivered to b@example.test: at gateway: 451 4.3.0 later', 2)
    expect(lines({ ...message, file: 'm.eml' })).toEqual([
      '✘ m.eml',
      '  ✘ not-delivered (hop 2)  not delivered to b@example.test: at gateway: 451 4.3.0 later',
    ])
  })

  it('that are claims are one line', () => {
    const claimed = ['a.test', 'b.test', 'c.test', 'd.test'].map(name =>
      hop(null, null, { by: { name, address: null } }),
    )
    const findings = claimed.map(() => finding({ code: 'claimed-hop', severity: 'info' }))
    expect(lines(verdict({ claimed, findings }))).toEqual([
      '✔ plain.eml',
      '  4 claims below, not believed: a.test, b.test, c.test and 1 more',
    ])
  })
})

it('text from messages sends nothing to the terminal, nor a page of it', () => {
  const evil = `\u001B]0;x\u0007\u009B${'y'.repeat(5_000)}`
  const shown = lines(
    verdict({
      file: evil,
      path: [hop(1, null, { by: { name: evil, address: evil }, with: evil, id: evil })],
      claimed: [hop(null, null, { by: { name: evil, address: null } })],
      findings: [finding({ message: evil, expected: evil, found: evil })],
    }),
    evil,
  ).join('\n')
  expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
  expect(
    shown
      .split('\n')
      .slice(1)
      .every(line => line.length < 700),
  ).toBe(true)
})

describe('the sum', () => {
  it('counts deliveries, failures and hops', () => {
    const pass = verdict({ path: [hop(1, 'a'), hop(2, 'b')], evidence: 'message+journal' })
    expect(formatSummary(together([pass, pass]), 1_234, plain)).toBe(
      'PASS  2 deliveries · 4 hops · evidence: message + journal · 1.2 s',
    )
    expect(formatSummary(together([pass, verdict({ verdict: 'fail' })]), null, plain)).toBe(
      'FAIL  2 deliveries · 1 failed · 2 hops · evidence: message',
    )
  })
})
