/**
 * Places for a message whose calls are counted, and which fail where the test wants it.
 */
import { reply } from '../../src/mail/reply.js'
import type { Receiving } from '../../src/receive/transaction.js'

export const queued = reply(250, '2.0.0', 'Ok: queued')

export interface Calls {
  writes: number
  takes: number
  discards: number
}

export function counting(calls: Calls, different: Partial<Receiving>): Receiving {
  return {
    write: chunk => {
      calls.writes++
      return different.write?.(chunk) ?? null
    },
    take: facts => {
      calls.takes++
      return different.take?.(facts) ?? Promise.resolve(queued)
    },
    discard: () => void calls.discards++,
  }
}

export function noCalls(): Calls {
  return { writes: 0, takes: 0, discards: 0 }
}

export function fails(): never {
  throw new Error('EIO')
}

export const rejects = (): Promise<never> => Promise.reject(new Error('ENOSPC'))
