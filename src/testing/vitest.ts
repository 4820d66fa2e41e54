/**
 * `import 'mta-chain/vitest'`: vitest's `expect` gets the matchers, and `chainTest` is a test with a chain of its own.
 */
import { expect, TestRunner } from 'vitest'
import { extensionsOf, type MailMatchers } from './matchers.js'

// a matcher that nobody awaited fails its test, as vitest's own do
expect.extend(
  extensionsOf(unheeded => {
    const test = TestRunner.getCurrentTest()
    if (test) (test.promises ??= []).push(unheeded)
  }),
)

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
