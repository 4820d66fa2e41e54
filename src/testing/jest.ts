/**
 * `import 'mta-chain/jest'`: jest's `expect` gets the matchers. jest runs modules under NODE_OPTIONS=--experimental-vm-modules.
 */
import { afterEach, expect } from '@jest/globals'
import { extensionsOf, type MailMatchers } from './matchers.js'

let noted: Promise<void>[] = []
expect.extend(extensionsOf(unheeded => void noted.push(unheeded)))

// a matcher that nobody awaited fails its test
afterEach(async () => {
  const ending = noted
  noted = []
  for (const unheeded of ending) await unheeded
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
