/**
 * Why a delivery, or one recipient of it, did not go through: a value, never an exception.
 */
import type { Stage } from './envelope.js'
import { formatReply, type Reply } from './reply.js'

export interface Problem {
  readonly stage: Stage
  /** What the other side said; null where it said nothing. */
  readonly reply: Reply | null
  /** What happened where no reply tells: the system's error code or a sentence. */
  readonly cause: string
}

export function describeProblem({ stage, reply, cause }: Problem): string {
  return `${reply ? formatReply(reply) : cause} (at ${stage})`
}
