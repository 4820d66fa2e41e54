/**
 * A chain drawn in the terminal: its MTAs in travel order, addresses and ports below, in as many rows as it needs.
 *
 *   client ─▶ submission ─▶ mailbox
 *             127.0.0.11    127.0.0.12
 *             :2525         :2525
 */
import type { Style } from './style.js'
import { padEnd, width } from './text.js'

export interface DrawnMta {
  readonly name: string
  readonly address: string
  readonly port: number
}

interface Cell {
  readonly name: string
  readonly below: readonly [address: string, port: string]
}

/** Between two names, the line that fills a short name's column not counted. */
const arrow = ' ─▶ '
const firstLead = '  '
/** A row that goes on from the one above, which ends so. */
const lead = '  ▶ '
const tail = ' ─'

const none: Cell = { name: 'client', below: ['', ''] }

/** `columns`: how wide the terminal is. A name that is wider has a row of its own. */
export function drawChain(mtas: readonly DrawnMta[], style: Style, columns: number): string {
  const cells = [none, ...mtas.map(({ name, address, port }): Cell => ({ name, below: [address, `:${port}`] }))]
  const rows = inRows(cells, columns)
  return rows.map((row, at) => drawRow(row, at === 0, at === rows.length - 1, style)).join('\n')
}

function drawRow(row: readonly Cell[], isFirst: boolean, isLast: boolean, style: Style): string {
  const start = isFirst ? firstLead : lead
  const names = row.map((cell, at) => {
    const goesOn = at < row.length - 1
    if (!goesOn) return style.bold(cell.name) + (isLast ? '' : style.dim(tail))
    return style.bold(cell.name) + style.dim(` ${'─'.repeat(columnOf(cell) - width(cell.name) + 1)}▶ `)
  })
  const below = [0, 1].map(line => {
    const texts = row.map(cell => padEnd(cell.below[line] ?? '', columnOf(cell))).join(' '.repeat(arrow.length))
    return style.dim((' '.repeat(start.length) + texts).trimEnd())
  })
  return [`${style.dim(start)}${names.join('')}`, ...below].join('\n')
}

function columnOf({ name, below }: Cell): number {
  return Math.max(width(name), ...below.map(width))
}

function inRows(cells: readonly Cell[], columns: number): Cell[][] {
  const rows: Cell[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const [at, cell] of cells.entries()) {
    const end = at === cells.length - 1 ? 0 : tail.length
    // the last column of a terminal stays free: some go to the next line once it is written
    if (used + arrow.length + columnOf(cell) + end >= columns) {
      used = rows.length === 0 ? firstLead.length : lead.length
      rows.push([])
    } else used += arrow.length
    rows.at(-1)?.push(cell)
    used += columnOf(cell)
  }
  return rows
}
