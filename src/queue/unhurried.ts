/**
 * Going through very many messages that are read from the spool: now and then everything else has its turn, and the spool
 * lets go of what was read.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Spool } from './spool.js'

/** So many without a pause. */
const atOnce = 100

export async function* unhurried<Value>(values: Iterable<Value>, spool: Pick<Spool, 'rest'>): AsyncIterable<Value> {
  let passed = 0
  for (const value of values) {
    yield value
    if (++passed % atOnce === 0) await Promise.all([turn(), spool.rest()])
  }
}
