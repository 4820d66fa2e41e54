/**
 * Why a hop took as long as it did: the attempts before the one that succeeded, alike ones together.
 */
import { saidIn } from '../../check/deferrals.js'
import type { Attempt } from './types.js'
import { count } from '../quantities.js'
import type { Draft } from './attempts.js'

/** More reasons than these are counted. */
const mostReasons = 3

/** Null where the first attempt succeeded and no rule held it up. */
export function reasonOf(led: readonly Draft[], last: Attempt | undefined, mta: string): string | null {
  const failed = led.slice(0, -1)
  const alike = new Map<string, number>()
  for (const draft of failed) {
    const said = troubleOf(draft, mta)
    alike.set(said, (alike.get(said) ?? 0) + 1)
  }
  const reasons = Array.from(alike, ([said, times]) => (times === 1 ? said : `${said} (${times} times)`))
  const more = reasons.length - mostReasons
  const words = [
    ...reasons.slice(0, mostReasons),
    ...(more > 0 ? [`and ${count(more, 'other reason')}`] : []),
    ...(last?.rules ?? []).filter(rule => /: (?:delay|stall|throttle)/.test(rule)).map(rule => `rule ${rule}`),
  ]
  return words.length === 0 ? null : words.join('; ')
}

function troubleOf({ number, outcomes }: Draft, mta: string): string {
  if (number === null) return `not tried, since ${mta} did not answer`
  const said = [...new Set(outcomes.filter(({ kind }) => kind !== 'taken').map(outcome => saidIn(outcome.said)))]
  return said.length === 0 ? 'no answer known' : said.join(', ')
}
