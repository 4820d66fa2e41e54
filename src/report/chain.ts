/**
 * A chain drawn in the terminal: its MTAs in travel order, their addresses below.
 */
import { padEnd, type Style, width } from './style.js'

export interface DrawnMta {
  readonly name: string
  readonly address: string
  readonly port: number
}

const arrow = ' ─▶ '
const widest = 110

export function drawChain(mtas: readonly DrawnMta[], style: Style): string {
  const cells = [
    { name: 'client', below: '' },
    ...mtas.map(mta => ({ name: mta.name, below: `${mta.address}:${mta.port}` })),
  ]
  const lines: string[] = []
  for (const row of rows(cells)) {
    const columns = row.map(({ name, below }) => Math.max(width(name), width(below)))
    const first = row[0] === cells[0]
    const lead = first ? '  ' : `${arrow.trimEnd().slice(1)} `
    const names = row.map(
      ({ name }, at) => style.bold(name) + style.dim(fill(name, columns[at] ?? 0, at < row.length - 1)),
    )
    const below = row.map((cell, at) => padEnd(cell.below, columns[at] ?? 0)).join(' '.repeat(arrow.length))
    lines.push(lead + names.join(''), style.dim(' '.repeat(width(lead)) + below.trimEnd()))
  }
  return lines.join('\n')
}

/** The line from a name to the next one. */
function fill(name: string, column: number, goesOn: boolean): string {
  return goesOn ? ` ${'─'.repeat(column - width(name) + 1)}▶ ` : ''
}

function rows<Cell extends { name: string; below: string }>(cells: readonly Cell[]): Cell[][] {
  const all: Cell[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const cell of cells) {
    const needs = Math.max(width(cell.name), width(cell.below)) + arrow.length
    if (used + needs > widest) {
      all.push([])
      used = 0
    }
    all.at(-1)?.push(cell)
    used += needs
  }
  return all
}
