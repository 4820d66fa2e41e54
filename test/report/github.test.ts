/**
 * Annotations and the summary of GitHub Actions.
 */
import { describe, expect, it } from 'vitest'
import { formatGithub } from '../../src/report/github.js'
import { formatGithubSummary } from '../../src/report/github-summary.js'
import type { Judged } from '../../src/report/judged.js'
import { finding, hostileText, judged, judgement } from './judgements.js'

const lines = (...all: readonly Judged[]): string[] => formatGithub(judgement(...all)).split('\n')

describe('annotations', () => {
  it('are one notice where all pass', () => {
    expect(lines(judged())).toEqual(['::notice title=mta-chain::PASS  1 delivery · 2 hops · evidence: message'])
  })

  it('name the file, the line of the field and the code, and say what was expected and found', () => {
    const findings = [finding({ found: 'x' })]
    expect(lines(judged({ findings }, { file: 'plain.eml', lines: [2, 5, 8] }))).toEqual([
      '::error file=plain.eml,line=5,title=missing-hop (hop 2)::plain.eml to b@example.test: No Received field of b.%0Aexpected b%0Afound x',
      'FAIL  1 delivery · 1 failed · 2 hops · evidence: message',
    ])
  })

  it('have no line where the finding has no field or the file has not got it, and no file where there is none', () => {
    const place = { file: 'plain.eml', lines: [] }
    const noField = finding({ field: null, position: null })
    expect(lines(judged({ findings: [noField] }, { ...place, lines: [2] }))[0]).toMatch(
      /^::error file=plain\.eml,title=missing-hop::/,
    )
    expect(lines(judged({ findings: [finding()] }, place))[0]).toMatch(/^::error file=plain\.eml,title=/)
    expect(lines(judged({ file: 'standard input', findings: [finding()] }))[0]).toMatch(
      /^::error title=missing-hop \(hop 2\)::standard input /,
    )
  })

  it('are warnings where the finding is one, and none for a note', () => {
    const findings = [finding({ severity: 'warning', code: 'duplicate' }), finding({ severity: 'info' })]
    expect(lines(judged({ findings })).map(line => line.slice(0, 10))).toEqual(['::warning ', '::notice t'])
  })

  it('are each one command of their own, whatever a message holds', () => {
    const hostile = finding({ message: hostileText, expected: hostileText, found: hostileText })
    const said = lines(
      judged({ file: hostileText, recipient: hostileText, findings: [hostile] }, { file: 'a,b:c%\n.eml', lines: [] }),
    )
    expect(said).toHaveLength(2)
    const [command = ''] = said
    expect(command).toMatch(/^::error file=a%2Cb%3Ac%25\\x0a\.eml,title=missing-hop \(hop 2\)::/)
    expect(command).not.toMatch(/[\u0000-\u001F\u202E]/)
    expect(command).toContain('%250A')
    expect(said[1]).toMatch(/^FAIL /)
  })
})

describe('the summary', () => {
  const rows = (...all: readonly Judged[]): string[] =>
    formatGithubSummary(judgement(...all))
      .split('\n')
      .filter(line => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| -'))

  it('is a table of all messages, those that failed first', () => {
    expect(rows(judged({ file: 'one' }), judged({ file: 'two', findings: [finding({ message: 'No' })] }))).toEqual([
      '| ✘ | two | b&#64;example&#46;test | a &#62; c | missing&#45;hop&#58; No |',
      '| ✔ | one | b&#64;example&#46;test | a &#62; c |  |',
    ])
    expect(formatGithubSummary(judgement(judged()))).toMatch(
      /^### mta-chain check\n\nPASS {2}1 delivery · 2 hops · evidence: message\n\n\| \| message \|.*\n\| --- \|/,
    )
  })

  it('holds text alone, whatever a message holds', () => {
    const [row = '', ...others] = rows(
      judged({ file: hostileText, recipient: hostileText, findings: [finding({ message: hostileText })] }),
    )
    expect(others).toEqual([])
    expect(row.match(/\|/g)).toHaveLength(6)
    expect(row).not.toMatch(/[<>*[\]`]|http:/)
  })

  it('has an end, and says how many more there are', () => {
    const many = Array.from({ length: 502 }, () => judged())
    expect(rows(...many)).toHaveLength(500)
    expect(formatGithubSummary(judgement(...many))).toContain('\n2 messages more\n')
  })
})
