/**
 * JUnit XML.
 */
import { describe, expect, it } from 'vitest'
import { formatJunit } from '../../src/report/junit.js'
import { readXml, type Xml } from '../support/xml.js'
import { finding, hostileText, judged, judgement } from './judgements.js'

function read(document: string): Xml {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  expect(document.startsWith(head)).toBe(true)
  return readXml(document.slice(head.length))
}

function named({ elements }: Xml, name: string): Record<string, string>[] {
  return elements.filter(element => element.name === name).map(({ attributes }) => Object.fromEntries(attributes))
}

describe('the document', () => {
  it('has a suite for the command with its sums, its time and the evidence', () => {
    const xml = read(formatJunit(judgement(judged(), judged({ file: 'other.eml', findings: [finding()] }))))
    expect(xml.elements.map(({ name }) => name).join(' ')).toBe(
      'testsuites testsuite properties property property testcase system-out testcase failure system-out',
    )
    const totals = { tests: '2', failures: '1', errors: '0', time: '2.468' }
    expect(named(xml, 'testsuites')).toEqual([{ name: 'mta-chain', ...totals }])
    expect(named(xml, 'testsuite')).toEqual([
      { name: 'mta-chain check', ...totals, skipped: '0', timestamp: '2026-11-24T10:00:00' },
    ])
    expect(named(xml, 'property')).toEqual([
      { name: 'verdict', value: 'fail' },
      { name: 'evidence', value: 'message' },
    ])
  })

  it('takes the time of all where it is known', () => {
    const xml = read(formatJunit({ ...judgement(judged()), took: 61_005 }))
    expect(named(xml, 'testsuite')[0]?.['time']).toBe('61.005')
  })

  it('is one without messages too', () => {
    expect(named(read(formatJunit(judgement())), 'testsuite')[0]).toMatchObject({ tests: '0', failures: '0' })
  })
})

describe('a case', () => {
  it('is named after file and recipient, shows the path, and has its time in seconds', () => {
    const xml = read(formatJunit(judgement(judged())))
    expect(named(xml, 'testcase')).toEqual([{ classname: 'plain.eml', name: 'b@example.test', time: '1.234' }])
    expect(xml.text).toMatch(/ 1 {2}a {2}127\.0\.0\.1 .*\n {2}2 {2}c {2}127\.0\.0\.2 /)
    expect(xml.text).toContain('evidence: message')
  })

  it('is named after its way where nobody knows whom it is for', () => {
    const path = judged().verdict.path
    const told = path.map(hop => ({ ...hop, for: 'c@example.test' }))
    const all = [
      judged({ recipient: null }),
      judged({ recipient: null, path: told }),
      judged({ recipient: null, path: [] }),
    ]
    const names = named(read(formatJunit(judgement(...all))), 'testcase').map(({ name }) => name)
    expect(names).toEqual(['a > c', 'c@example.test', 'message'])
  })

  it('has a name of its own among copies of one file, and only there', () => {
    const all = [judged(), judged(), judged({ file: 'other.eml' })]
    const names = named(read(formatJunit(judgement(...all))), 'testcase').map(({ name }) => name)
    expect(names).toEqual(['b@example.test', 'b@example.test #2', 'b@example.test'])
  })

  it('has one failure with all errors, and none for what is no error', () => {
    const errors = [finding(), finding({ code: 'other-path', position: null, field: null, found: 'a > c' })]
    const warned = judged({ findings: [finding({ code: 'duplicate', severity: 'warning' })] })
    const xml = read(formatJunit(judgement(judged({ findings: errors }), warned)))
    expect(named(xml, 'failure')).toEqual([{ type: 'missing-hop', message: 'No Received field of b.' }])
    expect(xml.text).toContain('✘ missing-hop (hop 2, field 1)  No Received field of b.\n      expected b\n')
    expect(xml.text).toContain('✘ other-path  ')
    expect(xml.text).toContain('! duplicate')
  })
})

it('stays well-formed whatever a message holds', () => {
  const hostile = finding({ message: hostileText, expected: hostileText, found: hostileText })
  const all = judged({ file: hostileText, recipient: hostileText, findings: [hostile] })
  const xml = read(formatJunit(judgement(all)))
  expect(named(xml, 'failure')).toHaveLength(1)
  expect(named(xml, 'testcase')[0]?.['name']).toContain('"/><failure>&amp;]]>\uFFFD')
})
