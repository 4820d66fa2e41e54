/**
 * vitest's `test` with a chain: started when a test asks for it, closed after the test or after the file. A test that
 * fails shows what happened in it, and the messages.
 */
import { test as base, type TestAPI } from 'vitest'
import type { Chain } from '../chain/chain.js'
import { startChain, type StartOptions } from '../chain/start.js'
import type { ChainInput } from '../config/schema.js'
import { evidenceOf } from './evidence.js'

export interface ChainTestOptions extends StartOptions {
  /** One chain for each test, or one for all tests of a file. Default: `test`. */
  readonly scope?: 'test' | 'file'
}

/** `chain` as `startChain` takes it: a configuration, or the path of a chain.json. */
export function chainTest(
  chain: string | ChainInput,
  { scope = 'test', ...options }: ChainTestOptions = {},
): TestAPI<{ chain: Chain }> {
  const start = (): Promise<Chain> => startChain(chain, options)
  if (scope === 'test') {
    return base.extend<{ chain: Chain }>({
      chain: async ({ onTestFailed }, use) => {
        const started = await start()
        show(started, onTestFailed)
        await use(started)
        await started.close()
      },
    })
  }
  // a fixture of the file knows no test: the one of the test shows what happened
  const ofFile = base.extend<{ $file: { fileChain: Chain } }>({
    fileChain: [
      // oxlint-disable-next-line no-empty-pattern -- vitest reads there what a fixture needs
      async ({}, use) => {
        const started = await start()
        await use(started)
        await started.close()
      },
      { scope: 'file' },
    ],
  })
  return ofFile.extend<{ chain: Chain }>({
    chain: async ({ fileChain, onTestFailed }, use) => {
      show(fileChain, onTestFailed)
      await use(fileChain)
    },
  })
}

function show(chain: Chain, onTestFailed: (listener: () => void) => void): void {
  const since = chain.events.last
  onTestFailed(() => console.error(evidenceOf(chain, since)))
}
