/**
 * Mail time: every date a chain writes, and every wait of its queues, runs on this clock.
 * Wire time (sockets' deadlines) is the machine's and does not pass here.
 */
import { setTimeout as wait } from 'node:timers/promises'

export interface Clock {
  now(): Date
  /** Resolves after `ms` milliseconds of mail time, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Longest wait that setTimeout takes; longer ones fire at once. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    let left = ms
    while (left > 0 && !signal.aborted) {
      const step = Math.min(left, longestTimer)
      await wait(step, undefined, { signal }).catch(ignoreAbort)
      left -= step
    }
  },
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error
}
