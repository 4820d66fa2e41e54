/**
 * `import 'mta-chain/jest'`: jest's `expect` gets the matchers. jest runs modules under NODE_OPTIONS=--experimental-vm-modules.
 */
import { afterAll, afterEach, expect } from '@jest/globals'
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

async function tellUnheeded(): Promise<void> {
  const ending = noted
  noted = []
  for (const unheeded of ending) await unheeded
}

// a matcher that nobody awaited fails its test
afterEach(tellUnheeded)
// or, where the hooks of tests and of describe called it, the file; those of the file come later, in the order of definition
afterAll(async () => {
  isOver = true
  await tellUnheeded()
})

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
