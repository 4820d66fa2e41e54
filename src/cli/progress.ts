/**
 * How far a long reading has come, on a terminal's last line; nothing where standard error is no terminal.
 */
import { drawProgress } from '../report/progress.js'
import type { Output } from './output.js'

export interface Progress {
  /** So many octets more have been read. */
  readonly add: (octets: number) => void
  /** Takes the line away. */
  readonly end: () => void
}

/** What is read in no time needs no bar. */
const worthIt = 8_000_000
/** Octets between two drawings. */
const step = 4_000_000

/** `total` is null where nobody knows it. */
export function makeProgress(total: number | null, output: Output): Progress {
  let read = 0
  let drawn = 0
  const isWorthIt = total === null || total >= worthIt
  return {
    add(octets) {
      read += octets
      if (!isWorthIt || read - drawn < step) return
      drawn = read
      output.progress(drawProgress(read, total, output.columns))
    },
    end() {
      if (drawn > 0) output.progress('')
    },
  }
}
