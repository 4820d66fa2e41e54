/**
 * Why a delivery, or one recipient of it, did not go through: a value, never an exception.
 */
import type { Stage } from './envelope.js'
import { formatReply, type Reply } from './reply.js'

export interface Problem {
  readonly stage: Stage
  /** What the other side said, or this MTA found; null where no reply tells. */
  readonly reply: Reply | null
  /** The reply is this MTA's own finding, which nobody said; absent where the other side said it. */
  readonly by?: 'here' | undefined
  /** What happened where no reply tells: the system's error code or a sentence. */
  readonly cause: string
}

export function describeProblem({ stage, reply, cause }: Problem): string {
  return `${reply ? formatReply(reply) : cause} (at ${stage})`
}
