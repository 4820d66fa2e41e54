/**
 * `import 'mta-chain/jest'`: jest's `expect` gets the matchers, and `useChain` gives its tests a chain. jest runs modules
 * under NODE_OPTIONS=--experimental-vm-modules.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals'
import type { Chain } from '../chain/chain.js'
import { startChain, type StartOptions } from '../chain/start.js'
import type { ChainInput } from '../config/schema.js'
import { extensionsOf, type MailMatchers } from './matchers.js'

let noted: Promise<void>[] = []
let isOver = false
expect.extend(
  extensionsOf(unheeded => {
    if (!isOver) noted.push(unheeded)
    // no hook of ours comes any more: what it rejects with fails the file, as any promise does that nobody awaits
    else setImmediate(() => void unheeded.then())
  }),
)

// a matcher that nobody awaited fails its test
afterEach(heedAll)
// or, where the hooks of tests and of describe called it, the file; those of the file come later, in the order of definition
afterAll(async () => {
  isOver = true
  await heedAll()
})

async function heedAll(): Promise<void> {
  const ending = noted
  noted = []
  for (const unheeded of ending) await unheeded
}

export interface UseChainOptions extends StartOptions {
  /** One chain for each test, or one for all tests of the file or the `describe`. Default: `test`. */
  readonly scope?: 'test' | 'file'
}

/**
 * At the top of a file or of a `describe`: `chain` as `startChain` takes it, a configuration or the path of a chain.json,
 * started before each test and closed after it, passed or not. What it returns gives the chain that runs; it throws where
 * none does.
 */
export function useChain(
  chain: string | ChainInput,
  { scope = 'test', ...options }: UseChainOptions = {},
): () => Chain {
  const [before, after] = scope === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll]
  let running: Chain | null = null
  before(async () => {
    running = await startChain(chain, options)
  })
  after(async () => {
    try {
      // they may still wait for their message
      await heedAll()
    } finally {
      await running?.close()
      running = null
    }
  })
  return () => {
    if (!running) throw new Error('no chain runs here: ask for it in a test, or in a hook that follows useChain')
    return running
  }
}

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends MailMatchers {}
}

declare global {
  namespace jest {
    // those of @types/jest
    interface Matchers<R, T = {}> extends MailMatchers {}
  }
}

export type { MailMatchers } from './matchers.js'
export type { Against, MailSource } from './mail.js'
export type { HopName } from './names.js'
export type { ExpectedFacts, Value } from './hop.js'
export type { ExpectedFinding } from './verdict.js'
