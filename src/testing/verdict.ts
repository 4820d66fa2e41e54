/**
 * Matchers for what the checker says: its verdict, one of its findings.
 */
import { check } from '../check/check.js'
import type { Finding, FindingCode, MessageVerdict } from '../check/types.js'
import { nearest } from '../config/nearest.js'
import { makeStyle } from '../report/style.js'
import { quoted } from '../report/text.js'
import { formatMessage } from '../report/verdict.js'
import { fits, isAsymmetric, shown } from './asymmetric.js'
import type { Value } from './hop.js'
import { type Against, type Message, messageOf } from './mail.js'
import type { Result } from './result.js'

/** All that is given must fit. */
export interface ExpectedFinding {
  /** The expected hop it is about, counted from 1 = the first MTA. */
  readonly position?: number | Value | undefined
  /** The Received field it is about, counted from 0 = the top. */
  readonly field?: number | Value | undefined
  readonly severity?: Value | undefined
  readonly expected?: Value | undefined
  readonly found?: Value | undefined
  readonly message?: Value | undefined
}

const codes: Readonly<Record<FindingCode, true>> = {
  'not-delivered': true,
  malformed: true,
  'wrong-order': true,
  'missing-hop': true,
  loop: true,
  'unexpected-hop': true,
  'by-address': true,
  'by-name': true,
  'from-address': true,
  'from-name': true,
  'from-helo': true,
  protocol: true,
  for: true,
  'return-path': true,
  'queue-id': true,
  date: true,
  'content-changed': true,
  'time-backwards': true,
  'claimed-hop': true,
  'clock-skew': true,
  delayed: true,
  duplicate: true,
  bounced: true,
  'other-path': true,
}

const facts = ['position', 'field', 'severity', 'expected', 'found', 'message'] as const

export async function toHaveVerdict(mail: unknown, expected: 'pass' | 'fail', against?: Against): Promise<Result> {
  if (expected !== 'pass' && expected !== 'fail')
    throw new TypeError(`expected 'pass' or 'fail', found ${shown(expected)}`)
  const message = await messageOf(mail, against)
  const verdict = await verdictOn(message)
  const pass = verdict.verdict === expected
  return {
    pass,
    expected,
    actual: verdict.verdict,
    message: () => {
      const what = `expected ${message.name} ${pass ? 'not ' : ''}to have the verdict ${expected}`
      return [`${what}, evidence: ${verdict.evidence}`, '', listing(verdict)].join('\n')
    },
  }
}

export async function toHaveFinding(
  mail: unknown,
  code: FindingCode,
  expected: ExpectedFinding = {},
  against?: Against,
): Promise<Result> {
  requireCode(code)
  requireKnown(expected)
  const message = await messageOf(mail, against)
  const verdict = await verdictOn(message)
  const found = verdict.findings.filter(finding => finding.code === code)
  const pass = found.some(finding => isAs(expected, finding))
  return {
    pass,
    expected: { code, ...expected },
    actual: verdict.findings,
    message: () => {
      const details = shown(expected) === '{  }' ? '' : ` ${quoted(shown(expected), 300)}`
      const what = `expected ${message.name} ${pass ? 'not ' : ''}to have the finding ${code}${details}`
      return [`${what}, found:`, '', ...tell(verdict.findings), '', listing(verdict)].join('\n')
    },
  }
}

function verdictOn({ content, path, journal }: Message): Promise<MessageVerdict> {
  if (path) return check(content, path, journal ? { journal } : {})
  throw new TypeError(
    'nobody told which way the message was to take: give { chain }, or { path, journal }, as the last argument',
  )
}

function requireCode(code: unknown): void {
  const known = Object.keys(codes)
  if (typeof code === 'string' && known.includes(code)) return
  const meant = typeof code === 'string' ? nearest(code, known) : null
  const advice = meant === null ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`
  throw new TypeError(`there is no finding ${shown(code)}: ${advice}`)
}

function requireKnown(expected: ExpectedFinding): void {
  if (typeof expected !== 'object' || expected === null || isAsymmetric(expected)) {
    throw new TypeError(`expected an object as { position: 2 }, found ${shown(expected)}`)
  }
  const strange = Object.keys(expected).find(key => !facts.some(fact => fact === key))
  if (strange !== undefined) throw new TypeError(`a finding has no ${strange}, only ${facts.join(', ')}`)
}

function isAs(expected: ExpectedFinding, finding: Finding): boolean {
  return facts.every(fact => expected[fact] === undefined || fits(expected[fact], finding[fact]))
}

function tell(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['  no finding']
  return findings.slice(0, 20).map(({ code, position, field, message }) => {
    const where = shown({ ...(position === null ? {} : { position }), ...(field === null ? {} : { field }) })
    return `  ${code} ${where}  ${quoted(message, 200)}`
  })
}

function listing(verdict: MessageVerdict): string {
  return formatMessage(verdict, '', makeStyle(false))
}
