/**
 * Findings: made in one form, so that every rule says what it expected and what it found.
 */
import type { Finding, FindingCode } from './types.js'

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

/** What an honest message may carry; everything else is an error. */
const notes: ReadonlySet<FindingCode> = new Set(['claimed-hop', 'clock-skew', 'delayed'])

export function finding(code: FindingCode, subject: Subject, difference: Difference, message: string): Finding {
  return { code, severity: notes.has(code) ? 'info' : 'error', ...subject, ...difference, message }
}

/** A path of the envelope as people write it; null is the null reverse-path. */
export function inBrackets(path: string | null): string {
  return `<${path ?? ''}>`
}

/** ISO 8601, UTC; a stamp's date has no parts of a second (RFC 5322 3.3). */
export function wholeSeconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, 'Z')
}
