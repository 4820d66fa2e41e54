/**
 * `--expect`: the way that each message must have taken. A name in it that no MTA has is wrong usage.
 */
import type { ExpectedHop } from '../check/types.js'
import type { Way } from '../check/expected-way.js'
import { namesHop } from '../check/path-pattern.js'
import { nearest } from '../config/nearest.js'
import { CommandFailure } from './exit.js'

/** Fails with a sentence where the way names an MTA that is none of these. */
export function requireKnown({ steps }: Way, hops: readonly ExpectedHop[]): void {
  for (const step of steps) {
    if (step.kind !== 'hop' || hops.some(hop => namesHop(step.text, knownBy(hop)))) continue
    const names = hops.map(({ mta }) => mta)
    const meant = nearest(step.text, hops.flatMap(allNames))
    const hint = meant === null ? '' : `. Did you mean ${meant}?`
    throw new CommandFailure(2, `--expect: no MTA ${step.text}, expected one of ${names.join(', ')}${hint}`)
  }
}

function knownBy({ mta, hostname, address }: ExpectedHop) {
  return { mta, by: { name: hostname, address } }
}

function allNames({ mta, hostname, address }: ExpectedHop): string[] {
  return [mta, hostname, address].filter(name => name !== null)
}
