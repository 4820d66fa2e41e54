/**
 * `import 'mta-chain/vitest'`: vitest's `expect` gets the matchers, and `chainTest` is a test with a chain of its own.
 */
import { expect, type MatcherState, TestRunner } from 'vitest'
import { extensionsOf, type MailMatchers } from './matchers.js'

// a matcher that nobody awaited fails its test, as vitest's own do
expect.extend(
  extensionsOf<MatcherState>((unheeded, { task }) => {
    // of tests that run at the same time only their own expect knows which one asks
    const test: Ending | undefined = task ?? TestRunner.getCurrentTest()
    if (test) (test.promises ??= []).push(unheeded)
    // nobody knows which one: what it rejects with fails the whole run, as any promise does that nobody awaits
    else setImmediate(() => void unheeded.then())
  }),
)

/** Waits for these at its end. */
interface Ending {
  promises?: Promise<unknown>[]
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unused-vars -- as vitest declares it
  interface Matchers<T = any> extends MailMatchers {}
}

export { chainTest, type ChainTestOptions } from './chain-test.js'
export type { MailMatchers } from './matchers.js'
export type { Against, MailSource } from './mail.js'
export type { HopName } from './names.js'
export type { ExpectedFacts, Value } from './hop.js'
export type { ExpectedFinding } from './verdict.js'
