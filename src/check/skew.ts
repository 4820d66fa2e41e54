/**
 * Clocks that the chain says are wrong: what a date is in mail time, and where it shows that a clock was wrong. That is
 * no fault of the path.
 */
import { duration } from '../time/duration.js'
import { finding, wholeSeconds } from './finding.js'
import type { Place } from './placement.js'
import type { Finding } from './types.js'

/** A place with a field that can be read. */
export interface Told extends Place {
  readonly field: NonNullable<Place['field']>
}

/** Clocks are read in whole seconds, so two that are right may seem a second apart. */
export const toleranceMs = 1000

/** The date of the stamp as a right clock would have told it, milliseconds since 1970; NaN where it has none. */
export function mailTimeOf(place: Told): number {
  return stampedTime(place) - skewOf(place)
}

/** `earlier`: a date that is wrong in another way has its finding already. Oldest first. */
export function skewFindings(told: readonly Told[], earlier: readonly Finding[]): Finding[] {
  const dated = told.filter(({ displaced, field }) => !displaced && !isWrong(field.number, earlier))
  return dated.flatMap((place, index) => {
    const shows = place.event ? isOff(place, Date.parse(place.event.time)) : explainsStep(index, dated)
    return shows ? [clockSkew(place)] : []
  })
}

function isWrong(number: number, earlier: readonly Finding[]): boolean {
  return earlier.some(({ code, field }) => field === number && (code === 'date' || code === 'time-backwards'))
}

/** By the journal: the date is off, and by no more and no less than the skew. */
function isOff(place: Told, time: number): boolean {
  const off = stampedTime(place) - Math.floor(time / 1000) * 1000
  return Math.abs(off) > toleranceMs && Math.abs(off - skewOf(place)) <= toleranceMs
}

/** By the message alone: without the skew time would run backwards beside this hop. */
function explainsStep(index: number, dated: readonly Told[]): boolean {
  const [before, place, after] = [dated[index - 1], dated[index], dated[index + 1]]
  if (!place) return false
  const isSlow = skewOf(place) < 0 && before !== undefined && isBackwards(before, place)
  const isFast = skewOf(place) > 0 && after !== undefined && isBackwards(place, after)
  return isSlow || isFast
}

function isBackwards(older: Told, newer: Told): boolean {
  return stampedTime(newer) < stampedTime(older) - toleranceMs
}

function clockSkew(place: Told): Finding {
  const { position, hop, field, event } = place
  const skew = skewOf(place)
  const expected = wholeSeconds(new Date(event ? event.time : mailTimeOf(place)))
  const message = `The clock of ${hop.mta} is ${duration(Math.abs(skew))} ${skew > 0 ? 'fast' : 'slow'}, as the chain says.`
  const found = wholeSeconds(new Date(stampedTime(place)))
  return finding('clock-skew', { position, field: field.number }, { expected, found }, message)
}

function stampedTime({ field }: Told): number {
  return field.received.date?.instant.getTime() ?? Number.NaN
}

function skewOf({ hop }: Told): number {
  return hop.skew ?? 0
}
