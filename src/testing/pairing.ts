/**
 * A pattern beside the hops that do not match it: as many steps as fit from the start, then the rest as it comes.
 */
import { matchesPath, type Step } from '../check/path-pattern.js'
import type { Row } from './side-by-side.js'
import type { TravelledHop } from './way.js'

interface Paired {
  readonly rows: readonly Row[]
  /** The row of the first difference. */
  readonly mark: number
}

/** More hops than these are not paired with steps: it would take long. */
const mostHops = 100

export function pair(pattern: string, steps: readonly Step[], hops: readonly TravelledHop[]): Paired {
  const words = pattern.split(/[>→,]/).map(word => word.trim())
  const near = hops.slice(0, mostHops)
  const { fitting, used } = furthest(steps, near)
  const fit = fitted(words, steps.slice(0, fitting), near.slice(0, used))
  const [left, over] = [words.slice(fitting), hops.slice(used)]
  const rest = Array.from({ length: Math.max(left.length, over.length) }, (_, at): Row => {
    return { expected: left[at] ?? null, found: over[at] ?? null }
  })
  return { rows: [...fit, ...rest], mark: fit.length }
}

/** The most steps that match the first hops, and the most hops that they match. */
function furthest(steps: readonly Step[], hops: readonly TravelledHop[]): { fitting: number; used: number } {
  for (let fitting = steps.length; fitting > 0; fitting--) {
    for (let used = hops.length; used >= 0; used--) {
      if (matchesPath(steps.slice(0, fitting), hops.slice(0, used))) return { fitting, used }
    }
  }
  return { fitting: 0, used: 0 }
}

/** From the last step back: each takes as few hops as leave the steps before theirs. */
function fitted(words: readonly string[], steps: readonly Step[], hops: readonly TravelledHop[]): Row[] {
  const rows: Row[] = []
  let end = hops.length
  for (let at = steps.length - 1; at >= 0; at--) {
    let start = end - leastOf(steps[at])
    while (start > 0 && !matchesPath(steps.slice(0, at), hops.slice(0, start))) start--
    const taken = hops.slice(start, end)
    const word = words[at] ?? ''
    rows.unshift(...taken.map((found): Row => ({ expected: word, found })))
    end = start
  }
  return rows
}

function leastOf(step: Step | undefined): number {
  return step?.kind === 'any' ? step.least : 1
}
