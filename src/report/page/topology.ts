/**
 * The chain as a picture: the client, its MTAs in travel order, each in its colour, and the mailboxes. Drawn twice: in
 * rows for wide screens and paper, in a column for phones.
 */
import { count, duration } from '../quantities.js'
import { markup } from '../markup.js'
import { colourOf, type PageMta, shown } from './words.js'
import { endpoint } from '../text.js'

interface Box {
  readonly width: number
  readonly colour: string
  readonly name: string
  readonly below: string
  readonly odd: string
}

const height = 70
/** Of what has a name alone, in the column. */
const plainHeight = 38
/** Of an MTA with nothing odd, in the column. */
const usualHeight = 54
const lineHeight = 18
const gap = 26
/** A row is not wider; the picture is as wide as its widest row. */
const widest = 1076
const columnWidth = 240
const rowGap = 34

export function drawTopology(mtas: readonly PageMta[]): string {
  const boxes: Box[] = [
    { width: 66, colour: '', name: 'client', below: '', odd: '' },
    ...mtas.map(toBox),
    { width: 96, colour: '', name: 'mailboxes', below: '', odd: '' },
  ]
  const names = mtas.map(({ name, address, port }) => `${name} at ${endpoint(address, port)}`).join(', ')
  const label = markup(`The chain: a client, then ${names}, then the mailboxes`)
  return `<div class="map">${across(boxes, label)}${down(boxes, label)}</div>`
}

function toBox({ name, address, port, skew, faults }: PageMta, at: number): Box {
  const odd = [
    ...(skew === 0 ? [] : [`${duration(Math.abs(skew))} ${skew > 0 ? 'fast' : 'slow'}`]),
    ...(faults === 0 ? [] : [count(faults, 'fault rule')]),
  ]
  return {
    width: 142,
    colour: colourOf(at + 1),
    name: `${at + 1} ${name}`,
    below: endpoint(address, port),
    odd: odd.join(' · '),
  }
}

function across(boxes: readonly Box[], label: string): string {
  const rows = inRows(boxes)
  const width = Math.max(...rows.map(row => row.reduce((sum, box) => sum + box.width + gap, -gap)))
  const drawn = rows.map((row, line) => {
    const y = line * (height + rowGap) + 1
    let x = 1
    return row.map((box, at) => {
      const left = x
      x += box.width + gap
      const isFirst = at === 0
      const lead = isFirst ? (line === 0 ? '' : turn(width, y)) : arrow(left - gap, y + height / 2)
      return lead + draw(box, left, y)
    })
  })
  const total = rows.length * (height + rowGap) - rowGap + 2
  return picture('across', width + 2, total, label, drawn.flat())
}

function inRows(boxes: readonly Box[]): Box[][] {
  const rows: Box[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const box of boxes) {
    if (used + gap + box.width > widest) {
      rows.push([])
      used = -gap
    }
    rows.at(-1)?.push(box)
    used += gap + box.width
  }
  return rows
}

function down(boxes: readonly Box[], label: string): string {
  let y = 1
  const drawn = boxes.map((box, at) => {
    const [top, tall] = [y, box.below === '' ? plainHeight : box.odd === '' ? usualHeight : height]
    y += tall + gap
    const tip = at === 0 ? '' : arrowDown(columnWidth / 2, top - gap)
    return tip + draw({ ...box, width: columnWidth }, 1, top, tall)
  })
  return picture('down', columnWidth + 2, y - gap + 1, label, drawn)
}

function picture(kind: string, width: number, tall: number, label: string, drawn: readonly string[]): string {
  return `<svg class="${kind}" viewBox="0 0 ${width} ${tall}" style="max-width:${width}px" role="img" aria-label="${label}">${drawn.join('')}</svg>`
}

function draw({ width, colour, name, below, odd }: Box, x: number, y: number, tall = height): string {
  const left = x + (colour === '' ? 10 : 16)
  const lines = [
    ['name', shown(name, 16)],
    ['small', shown(below, 22)],
    ['odd', shown(odd, 24)],
  ].filter(([, text]) => text !== '')
  const first = y + tall / 2 + 4 - ((lines.length - 1) * lineHeight) / 2
  return [
    `<g class="${colour}"><rect x="${x}" y="${y}" width="${width}" height="${tall}" rx="8"/>`,
    ...(colour === '' ? [] : [`<rect class="own" x="${x}" y="${y}" width="7" height="${tall}" rx="3"/>`]),
    ...lines.map(
      ([kind, text], at) => `<text class="${kind}" x="${left}" y="${first + at * lineHeight}">${text}</text>`,
    ),
    '</g>',
  ].join('')
}

function arrow(x: number, y: number): string {
  return `<path d="M${x + 3} ${y}H${x + gap - 8}"/><path class="tip" d="M${x + gap - 3} ${y}l-7-4v8z"/>`
}

function arrowDown(x: number, y: number): string {
  return `<path d="M${x} ${y + 3}V${y + gap - 8}"/><path class="tip" d="M${x} ${y + gap - 3}l-4-7h8z"/>`
}

/** From the end of the row above to the beginning of this one. */
function turn(width: number, y: number): string {
  const middle = y - rowGap / 2
  return `<path d="M${width - 20} ${y - rowGap + 3}V${middle}H20V${y - 8}"/><path class="tip" d="M20 ${y - 3}l-4-7h8z"/>`
}
