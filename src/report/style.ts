/**
 * Colour of what people read. Whether there is any is the caller's decision: a terminal, no NO_COLOR.
 */
import pc from 'picocolors'

export type Style = ReturnType<typeof pc.createColors>

export function makeStyle(colour: boolean): Style {
  return pc.createColors(colour)
}
