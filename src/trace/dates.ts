/**
 * Dates that can't be: before the hop before, or in the future.
 */
import { duration } from '../time/duration.js'
import { tolerance } from './clocks.js'
import { isInstantKnown } from './date.js'
import { receiver } from './parties.js'
import type { Oddity, TraceHop } from './types.js'

const hour = 3_600_000
const day = 24 * hour

/** `before`: the hop before; `now` is null where nobody said what time it is. */
export function dateOddities(before: TraceHop | undefined, hop: TraceHop, now: Date | null): Oddity[] {
  return [...(before ? backwards(before, hop) : []), ...yetToCome(hop, now)]
}

function backwards(before: TraceHop, hop: TraceHop): Oddity[] {
  const { field, delayMs } = hop
  if (delayMs === null || delayMs >= -tolerance) return []
  const by = duration(-delayMs)
  const message = `its date is ${by} before that of the hop before: ${explain(before, hop, by)}`
  // zones that are set wrong make hours; a day and more is a date that somebody made up, or no clock at all
  if (delayMs <= -day) return [{ code: 'future-date', severity: 'warning', field: before.field, message: ahead(by) }]
  return [{ code: 'time-backwards', severity: -delayMs < hour ? 'info' : 'warning', field, message }]
}

function ahead(by: string): string {
  return `its date is ${by} after that of the hop which received the message later`
}

function explain(before: TraceHop, hop: TraceHop, by: string): string {
  const [earlier, later] = [receiver(before.received), receiver(hop.received)]
  if (hop.waitMs !== null && before.skewMs > 0) return `the clock of ${earlier} is at least ${by} fast`
  if (hop.waitMs !== null && hop.skewMs < 0) return `the clock of ${later} is at least ${by} slow`
  if (earlier === later) return `the clock of ${later} was set back, or its fields are not in order`
  return `the clocks of ${earlier} and ${later} disagree by at least that much`
}

function yetToCome({ field, received: { date } }: TraceHop, now: Date | null): Oddity[] {
  if (!date || now === null || !isInstantKnown(date)) return []
  const ms = date.instant.getTime() - now.getTime()
  if (ms <= hour) return []
  return [{ code: 'future-date', severity: 'warning', field, message: `its date is ${duration(ms)} in the future` }]
}
