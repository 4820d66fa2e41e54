/**
 * A chain for one test of node:test, or of whatever else tells when a test is over. A test that fails shows what happened
 * in it, and the messages, where the test tells that it failed.
 */
import type { Chain } from '../chain/chain.js'
import { startChain, type StartOptions } from '../chain/start.js'
import type { ChainInput } from '../config/schema.js'
import { evidenceOf } from './evidence.js'

/** node:test's TestContext is one. */
export interface TestWithEnd {
  after(end: () => Promise<void>): void
  /** Once it is over: what it failed with. */
  readonly error?: unknown
  /** Shows a line at the test. Default: console.error. */
  diagnostic?(line: string): void
}

/**
 * `chain` as `startChain` takes it: a configuration, or the path of a chain.json. It is closed after the test, passed or
 * not. Rejects as `startChain` does.
 */
export async function chainFor(
  test: TestWithEnd,
  chain: string | ChainInput,
  options: StartOptions = {},
): Promise<Chain> {
  const started = await startChain(chain, options)
  test.after(async () => {
    if (test.error) show(evidenceOf(started, 0), test)
    await started.close()
  })
  return started
}

/** In TAP a diagnostic has one line. */
function show(evidence: string, test: TestWithEnd): void {
  if (!test.diagnostic) console.error(evidence)
  else for (const line of evidence.split('\n')) test.diagnostic(line)
}
