/**
 * Cells that stand below one another.
 */
import { padEnd, padStart, quoted, width } from './text.js'

/** A cell is not wider than this, however long the name that a message brings. */
const widest = 64

/** Rows of cells, each made printable and as wide as the widest of its column. Columns of `right` end together. */
export function align(rows: readonly (readonly string[])[], right: readonly number[] = []): string[][] {
  const shown = rows.map(row => row.map(cell => quoted(cell, widest)))
  const columns = Array.from({ length: Math.max(0, ...shown.map(row => row.length)) }, (_, at) =>
    shown.reduce((most, row) => Math.max(most, width(row[at] ?? '')), 0),
  )
  return shown.map(row =>
    row.map((cell, at) => (right.includes(at) ? padStart(cell, columns[at] ?? 0) : padEnd(cell, columns[at] ?? 0))),
  )
}
