/**
 * Delay told from clock skew. A hop that "arrives before it was sent" proves that two clocks disagree, and by how much
 * at least; the hops around tell whose is wrong where one wrong clock explains all of it. Never fails: what can't be
 * told is null.
 */
import { isSameMachine } from './parties.js'
import type { Received } from './types.js'

/** Clocks of two machines agree to a second at best; dates are whole seconds. */
export const tolerance = 1_000

export interface Dated {
  readonly received: Received
  readonly delayMs: number | null
}

export interface Clocked {
  readonly waitMs: number | null
  readonly skewMs: number
}

/** Hops that one clock dated, one behind the other. */
interface Clock {
  readonly hops: readonly Dated[]
  skewMs: number
  /** Since the clock before, what is known to be skew taken out; null where nothing is to be compared. */
  gapMs: number | null
}

/** The hops oldest first; a result for each. */
export function readClocks(hops: readonly Dated[]): Clocked[] {
  const clocks = clocksOf(hops)
  for (let at = 1; at < clocks.length; at++) settle(clocks[at - 2], clocks[at - 1], clocks[at], clocks[at + 1])
  return clocks.flatMap(({ hops: dated, skewMs, gapMs }) =>
    dated.map(({ delayMs }, at) => ({ skewMs, waitMs: forward(at === 0 ? gapMs : delayMs) })),
  )
}

function clocksOf(hops: readonly Dated[]): Clock[] {
  const groups: Dated[][] = []
  for (const [at, hop] of hops.entries()) {
    const before = hops[at - 1]
    const last = groups.at(-1)
    if (before && last && hop.delayMs !== null && isSameMachine(before.received, hop.received)) last.push(hop)
    else groups.push([hop])
  }
  return groups.map(group => ({ hops: group, skewMs: 0, gapMs: group[0]?.delayMs ?? null }))
}

/** Gives the gap between `before` and `here`, where it is negative, to the one of the two whose clock is wrong. */
function settle(
  earlier: Clock | undefined,
  before: Clock | undefined,
  here: Clock | undefined,
  next: Clock | undefined,
): void {
  if (!before || !here || here.gapMs === null || here.gapMs >= -tolerance) return
  const error = -here.gapMs
  // what the hop before was late by is what a fast clock there would make of it, and so on
  const [late, made] = [earlier ? before.gapMs : null, next?.gapMs ?? null]
  const culprit = whose(error, late, made)
  if (culprit === null) return
  here.gapMs = 0
  if (culprit === 'before') {
    before.skewMs += error
    if (late !== null) before.gapMs = late - error
  } else {
    here.skewMs -= error
    if (next && made !== null) next.gapMs = made - error
  }
}

/** Null gaps are those that nobody knows: they speak against nothing, and for nothing. */
function whose(error: number, late: number | null, made: number | null): 'before' | 'here' | null {
  const byBefore = late === null || late >= error - tolerance
  const byHere = made === null || made >= error - tolerance
  if (byBefore !== byHere) return byBefore ? 'before' : 'here'
  if (!byBefore) return null
  const [fitsBefore, fitsHere] = [isFit(late, error), isFit(made, error)]
  if (fitsBefore === fitsHere) return null
  return fitsBefore ? 'before' : 'here'
}

/** A gap that is skew and little else. */
function isFit(gap: number | null, error: number): boolean {
  return gap !== null && Math.abs(gap - error) <= Math.max(60_000, error / 10)
}

function forward(gapMs: number | null): number | null {
  if (gapMs === null || gapMs < -tolerance) return null
  return Math.max(0, gapMs)
}
