/**
 * The matchers as plain assertions, for node:test and whatever else takes an AssertionError. They resolve, or reject with
 * it: await them. `chainFor` is a chain that ends with its test.
 */
import { AssertionError } from 'node:assert'
import { printable } from '../mail/printable.js'
import { toHaveArrivedWithin } from './arrived.js'
import { toHaveBeenBouncedBy } from './bounced.js'
import { toHaveHop } from './hop.js'
import type { MailSource } from './mail.js'
import type { Matcher, Result } from './result.js'
import { toHavePassedThrough, toHaveTravelled, toMatchPath } from './travelled.js'
import { toHaveFinding, toHaveVerdict } from './verdict.js'

type Assertion<Expected extends readonly unknown[]> = (mail: MailSource, ...expected: Expected) => Promise<void>

export const assertTravelled = assertion('assertTravelled', toHaveTravelled)
export const assertNotTravelled = negation('assertNotTravelled', toHaveTravelled)
export const assertPassedThrough = assertion('assertPassedThrough', toHavePassedThrough)
export const assertNotPassedThrough = negation('assertNotPassedThrough', toHavePassedThrough)
export const assertPath = assertion('assertPath', toMatchPath)
export const assertNotPath = negation('assertNotPath', toMatchPath)
export const assertHop = assertion('assertHop', toHaveHop)
export const assertNoHop = negation('assertNoHop', toHaveHop)
export const assertVerdict = assertion('assertVerdict', toHaveVerdict)
export const assertFinding = assertion('assertFinding', toHaveFinding)
export const assertNoFinding = negation('assertNoFinding', toHaveFinding)
export const assertBouncedBy = assertion('assertBouncedBy', toHaveBeenBouncedBy)
export const assertNotBouncedBy = negation('assertNotBouncedBy', toHaveBeenBouncedBy)
export const assertArrivedWithin = assertion('assertArrivedWithin', toHaveArrivedWithin)
export const assertNotArrivedWithin = negation('assertNotArrivedWithin', toHaveArrivedWithin)

function assertion<Expected extends readonly unknown[]>(
  operator: string,
  matcher: Matcher<Expected>,
): Assertion<Expected> {
  return async (mail, ...expected) => {
    const result = await matcher(mail, ...expected)
    if (!result.pass) throw failed(operator, result)
  }
}

function negation<Expected extends readonly unknown[]>(
  operator: string,
  matcher: Matcher<Expected>,
): Assertion<Expected> {
  return async (mail, ...expected) => {
    const result = await matcher(mail, ...expected)
    if (result.pass) throw failed(operator, result)
  }
}

function failed(operator: string, { message, actual, expected }: Result): AssertionError {
  return new AssertionError({ message: message(), actual: safe(actual), expected, operator })
}

/** Runners print a difference, too: what a message says is as safe there as in the sentence. */
function safe(value: unknown): unknown {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(safe)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, safe(each)]))
}

export { chainFor, type TestWithEnd } from './chain-for.js'
export type { ExpectedFacts, Value } from './hop.js'
export type { Against, MailSource } from './mail.js'
export type { HopName } from './names.js'
export type { ExpectedFinding } from './verdict.js'
