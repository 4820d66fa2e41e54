/**
 * `import 'mta-chain/jest'`: jest's `expect` gets the matchers. jest runs modules under NODE_OPTIONS=--experimental-vm-modules.
 */
import { expect } from '@jest/globals'
import { extensions, type MailMatchers } from './matchers.js'

expect.extend(extensions)

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
