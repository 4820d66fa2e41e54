/**
 * Findings: made in one form, so that every rule says what it expected and what it found.
 */
import type { Finding, FindingCode, Severity } from './types.js'

/** What a finding is about. */
export interface Subject {
  /** The expected hop, counted from 1; null where it is about none. */
  readonly position: number | null
  /** The Received field, counted from 0 = the top; null where there is none. */
  readonly field: number | null
}

export interface Difference {
  readonly expected: string | null
  readonly found: string | null
}

/** What an honest message may carry; what is in neither list is an error. */
const notes: ReadonlySet<FindingCode> = new Set(['claimed-hop', 'clock-skew', 'delayed', 'bounced'])

/** What should not happen, but is no fault of the path. */
const warnings: ReadonlySet<FindingCode> = new Set(['duplicate'])

export function finding(code: FindingCode, subject: Subject, difference: Difference, message: string): Finding {
  return { code, severity: severityOf(code), ...subject, ...difference, message }
}

function severityOf(code: FindingCode): Severity {
  if (notes.has(code)) return 'info'
  return warnings.has(code) ? 'warning' : 'error'
}

/** A path of the envelope as people write it; null is the null reverse-path. */
export function inBrackets(path: string | null): string {
  return `<${path ?? ''}>`
}

/** ISO 8601, UTC; a stamp's date has no parts of a second (RFC 5322 3.3). */
export function wholeSeconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** "1st", "2nd", "3rd", "4th", "11th". */
export function ordinal(number: number): string {
  const ending = new Intl.PluralRules('en', { type: 'ordinal' }).select(number)
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }
  return `${number}${endings[ending] ?? 'th'}`
}
