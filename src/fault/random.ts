/**
 * Chance from a seed: the same seed and name give the same numbers, whatever others draw.
 */
import { createHash } from 'node:crypto'

/** Draws numbers from 0 on, below 1. */
export function makeRandom(seed: number, name: string): () => number {
  const digest = createHash('sha256').update(`${seed} ${name}`).digest()
  let state = digest.readUInt32LE(0)
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
