/**
 * Values that a test expects: written out, as a pattern, or as a test runner's asymmetric matcher (expect.any, ...).
 */
import { types } from 'node:util'

/** As `expect.any(String)`: both runners have them alike. */
export interface Asymmetric {
  asymmetricMatch(other: unknown): unknown
  toString(): string
}

export function isAsymmetric(value: unknown): value is Asymmetric {
  return (
    typeof value === 'object' &&
    value !== null &&
    'asymmetricMatch' in value &&
    typeof value.asymmetricMatch === 'function'
  )
}

/** A pattern with the flag g or y goes on from where it was: `search` does not. */
export function matches(pattern: RegExp, text: string): boolean {
  return text.search(pattern) !== -1
}

/** Strings in any case; numbers, true, false and null as they are; a pattern somewhere in the text. */
export function fits(expected: unknown, actual: unknown): boolean {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(actual) === true
  if (types.isRegExp(expected)) return typeof actual === 'string' && matches(expected, actual)
  if (typeof expected === 'string' && typeof actual === 'string') return expected.toLowerCase() === actual.toLowerCase()
  return Object.is(expected, actual)
}

/**
 * True where it fits something that is known; a negation (expect.not.stringMatching, ...) has to fit all of it: it does
 * not match an object, whatever that holds.
 */
export function fitsKnown(expected: Asymmetric, known: readonly unknown[]): boolean {
  const isNegation = 'inverse' in expected && expected.inverse === true
  if (isNegation) return known.length > 0 && known.every(value => fits(expected, value))
  return known.some(value => fits(expected, value))
}

/** A value as people write it in a test, on one line. */
export function shown(value: unknown): string {
  if (types.isRegExp(value)) return String(value)
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (isAsymmetric(value)) return nameOf(value)
  const entries = Object.entries(value).filter(([, other]) => other !== undefined)
  return `{ ${entries.map(([key, other]) => `${key}: ${shown(other)}`).join(', ')} }`
}

function nameOf(value: Asymmetric): string {
  const sample = 'sample' in value ? value.sample : undefined
  const of = typeof sample === 'function' ? sample.name : sample === undefined ? '' : shown(sample)
  return `${value.toString()}(${of})`
}
