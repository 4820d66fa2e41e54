/**
 * What a matcher says: every test runner makes its own failure of it.
 */
export interface Result {
  readonly pass: boolean
  /** Why the test failed: where it did not pass, or, negated, where it did. Safe to print. */
  readonly message: () => string
  readonly expected: unknown
  readonly actual: unknown
}

/** Judges what a test gives it: rejects with a TypeError for arguments that can't be. */
export type Matcher<Expected extends readonly unknown[]> = (mail: unknown, ...expected: Expected) => Promise<Result>
