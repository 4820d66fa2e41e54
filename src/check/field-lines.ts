/**
 * Where a message's Received fields stand in it.
 */
import { readTraceFields } from './fields.js'
import { octetsOf } from './octets.js'
import type { ExpectedHop } from './types.js'

const lineFeed = 10

/** The first line of each field, as findings number them (0 = the top); the message's first line is 1. */
export function fieldLines(content: Uint8Array | string, hops: readonly ExpectedHop[]): number[] {
  const octets = octetsOf(content)
  let line = 1
  let at = 0
  return readTraceFields(octets, { hops }).fields.map(({ start }) => {
    for (; at < start; at++) if (octets[at] === lineFeed) line++
    return line
  })
}
