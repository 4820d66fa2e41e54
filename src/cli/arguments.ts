/**
 * What the command line's values must look like.
 */
import { InvalidArgumentError } from 'commander'
import { readWay, type Way } from '../check/expected-way.js'
import { durationPattern, parseDuration } from '../config/units.js'
import { parseNetwork } from '../trace/network.js'

const most = 1_000_000

export function wholeNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0
  if (number < 1 || number > most) throw new InvalidArgumentError(`Expected a number from 1 to ${most}.`)
  return number
}

// a timer of Node takes not quite 25 days; longer ones fire at once
const longest = parseDuration('24d')

/** Milliseconds. */
export function time(text: string): number {
  const ms = durationPattern.test(text) ? parseDuration(text) : 0
  if (ms < 1 || ms > longest) throw new InvalidArgumentError('Expected a time from 1ms to 24d, as 500ms, 30s or 2m.')
  return ms
}

/** Adds one to those that were given before. */
export function networks(text: string, before: readonly string[] = []): string[] {
  if (parseNetwork(text) === null) {
    throw new InvalidArgumentError('Expected ADDR/LEN, as 192.0.2.0/24 or 2001:db8::/32, or an address alone.')
  }
  return [...before, text]
}

/** A way that messages must have taken. */
export function way(text: string): Way {
  try {
    return readWay(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : '')
  }
}
