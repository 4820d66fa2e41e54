/**
 * How patient a client is that queues nothing: it hands over what it has and is done. Milliseconds; RFC 5321 4.5.3.2
 * for the wait for a reply.
 */
import type { PoolOptions } from './pool.js'

export const clientTimes: Pick<PoolOptions, 'connectTime' | 'replyTime' | 'idleTime' | 'longestUse'> = {
  connectTime: 30_000,
  replyTime: 300_000,
  idleTime: 1_000,
  longestUse: 60_000,
}
