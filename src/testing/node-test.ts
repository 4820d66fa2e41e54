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
export const assertNotTravelled = assertion('assertNotTravelled', toHaveTravelled, false)
export const assertPassedThrough = assertion('assertPassedThrough', toHavePassedThrough)
export const assertNotPassedThrough = assertion('assertNotPassedThrough', toHavePassedThrough, false)
export const assertPath = assertion('assertPath', toMatchPath)
export const assertNotPath = assertion('assertNotPath', toMatchPath, false)
export const assertHop = assertion('assertHop', toHaveHop)
export const assertNoHop = assertion('assertNoHop', toHaveHop, false)
export const assertVerdict = assertion('assertVerdict', toHaveVerdict)
export const assertFinding = assertion('assertFinding', toHaveFinding)
export const assertNoFinding = assertion('assertNoFinding', toHaveFinding, false)
export const assertBouncedBy = assertion('assertBouncedBy', toHaveBeenBouncedBy)
export const assertNotBouncedBy = assertion('assertNotBouncedBy', toHaveBeenBouncedBy, false)
export const assertArrivedWithin = assertion('assertArrivedWithin', toHaveArrivedWithin)
export const assertNotArrivedWithin = assertion('assertNotArrivedWithin', toHaveArrivedWithin, false)

/** `wanted`: false for what must not be so. */
function assertion<Expected extends readonly unknown[]>(
  operator: string,
  matcher: Matcher<Expected>,
  wanted = true,
): Assertion<Expected> {
  return async (mail, ...expected) => {
    const result = await matcher(mail, ...expected)
    if (result.pass !== wanted) throw failed(operator, result)
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
