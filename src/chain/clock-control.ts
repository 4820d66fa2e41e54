/**
 * A chain's clock: made as the configuration says, and moved on by programs. A time that is none is a TypeError.
 */
import type { ClockConfig } from '../config/types.js'
import { parseDuration } from '../config/units.js'
import type { Activity } from '../time/activity.js'
import { ChainClock } from '../time/chain-clock.js'
import { type Clock, systemClock } from '../time/clock.js'
import { SimulatedClock } from '../time/simulated-clock.js'

/** Mail time, as a program sees it. */
export interface ClockControl {
  now(): Date
  /**
   * Moves mail time on, by "15m" or by milliseconds: waits for what is in flight, then wakes all that is due on the way,
   * in order, and waits for what that sets off before it moves further. Resolves when all of it is done; moves that are
   * asked for meanwhile come after it. It does not wait for a client that has a transaction open.
   */
  advance(time: string | number): Promise<void>
}

/** `given` goes before the configuration. */
export function makeClock(config: ClockConfig | null, given: Clock | undefined, activity: Activity): ChainClock {
  if (given) return new ChainClock({ base: given, activity, jumps: false })
  if (!config) return new ChainClock({ base: systemClock, activity, jumps: false })
  const { start, speed } = config
  const jumps = speed === 'jump'
  return new ChainClock({ base: new SimulatedClock(start ?? new Date(), jumps ? 1 : speed), activity, jumps })
}

export function controlOf(clock: ChainClock): ClockControl {
  let asked = 0
  return {
    now: () => clock.now(),
    // also for callers without types: what is wrong is a rejection, like all that goes wrong here
    advance: async time => {
      const ms = milliseconds(time)
      if (clock.now().getTime() + asked + ms > lastMoment)
        throw new TypeError(`mail time can't be moved on by ${time}: expected a time within the year 9999`)
      asked += ms
      try {
        await clock.advance(ms)
      } finally {
        asked -= ms
      }
    },
  }
}

/** RFC 5322 3.3 and ISO 8601 have years of four digits: mail dates after it can't be read. */
const lastMoment = Date.UTC(9999, 11, 31)

/** As long as the longest duration in chain.json. */
const longestMove = parseDuration('3650d')

function milliseconds(time: string | number): number {
  const ms = typeof time === 'string' ? parseDuration(time) : time
  if (ms >= 0 && ms <= longestMove) return ms
  throw new TypeError(
    `mail time can't be moved on by ${time}: expected a duration such as "15m", or milliseconds, 3650 days at most`,
  )
}
