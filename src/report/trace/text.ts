/**
 * A trace as people read it on a terminal: a line a hop where they all fit, else two.
 */
import type { Oddity } from '../../trace/types.js'
import type { Style } from '../style.js'
import { align } from '../table.js'
import { padEnd, printable, quoted, shorten, width } from '../text.js'
import { boundaryWords, claimsIn, type HopView, newsOf, summarize, type TracedMessage, viewHops } from './view.js'
import { wrap } from '../wrap.js'

/** An oddity's sentence may quote a whole field. */
const longest = 300
const barColumns = 10
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

export function traceToText({ file, trace }: TracedMessage, style: Style, columns: number): string {
  const claims = claimsIn(trace)
  const boundary = boundaryWords(trace)
  const rows = rowsOf(viewHops(trace), style, columns)
  return [
    `${style.bold(printable(file))}  ${style.dim(summarize(trace))}`,
    ...rows.slice(0, claims),
    ...(boundary === null ? [] : [style.yellow(ruled(printable(boundary), columns))]),
    ...rows.slice(claims),
    ...newsOf(trace.oddities).map(oddity => oddityLines(oddity, trace.hops.length, style, columns)),
  ].join('\n')
}

function oddityLines({ code, severity, field, message }: Oddity, hops: number, style: Style, columns: number): string {
  const where = field === null ? '' : ` (hop ${hops - field})`
  const marked = severity === 'warning' ? style.yellow(`! ${code}`) : style.dim(`· ${code}`)
  const [first = '', ...others] = wrap(`${code}${where}  ${quoted(message, longest)}`, columns - 4)
  const rest = style.dim(where) + first.slice(code.length + where.length)
  return [`  ${marked}${rest}`, ...others.map(line => `    ${line}`)].join('\n')
}

/** What is told of a hop, and how wide it all is. */
interface Row {
  readonly number: string
  readonly view: HopView
  readonly way: string
  readonly facts: string
  readonly width: number
}

function rowsOf(views: readonly HopView[], style: Style, columns: number): string[] {
  const rows = measured(views, style)
  if (rows.every(row => row.width <= columns)) {
    return rows.map(({ number, way, facts }) => `  ${style.dim(number)}  ${way}  ${facts}`.trimEnd())
  }
  // beside two blanks, the number, two blanks, and the arrow with its own
  return rows.map(({ number, view, facts }) => {
    const [from, by] = fitted(printable(view.from), printable(view.by), Math.floor((columns - 7 - number.length) / 2))
    const indent = ' '.repeat(number.length + 4)
    return `  ${style.dim(number)}  ${arrow(from, by, style)}\n${indent}${facts}`.trimEnd()
  })
}

function measured(views: readonly HopView[], style: Style): Row[] {
  const longestWait = views.reduce((most, { hop: { waitMs } }) => Math.max(most, waitMs ?? 0), 0)
  const ways = align(views.map(view => [view.from, view.by]))
  const facts = align(views.map(factsOf), [0, 2])
  return views.map((view, at) => {
    const [from = '', by = ''] = ways[at] ?? []
    const [number = '', date = '', delay = '', ...others] = facts[at] ?? []
    const drawn = bar(view, longestWait)
    const all = `  ${number}  ${from} → ${by}  ${[date, delay, drawn, ...others].join('  ').trimEnd()}`
    const told = `${date}  ${delay}  ${style.cyan(drawn)}  ${style.dim(others.join('  ').trimEnd())}`
    return { number, view, way: arrow(from, by, style), facts: told, width: width(all) }
  })
}

function factsOf({ number, date, delay, protocol, tls, clock }: HopView): string[] {
  return [String(number), date, delay, protocol, tls, clock ?? '']
}

function arrow(from: string, by: string, style: Style): string {
  return `${from} ${style.dim('→')} ${style.cyan(by)}`
}

/** Two names on one line: what one does not need the other may have. */
function fitted(from: string, by: string, room: number): [string, string] {
  const spare = (text: string): number => Math.max(0, room - width(text))
  return [keepAddress(from, room + spare(by)), keepAddress(by, room + spare(from))]
}

/** The address tells more than the name's end. */
function keepAddress(text: string, columns: number): string {
  const address = / \[[^\]]*\]\)?$/.exec(text)?.[0] ?? ''
  const room = columns - width(address)
  if (width(text) <= columns || room < 2) return shorten(text, columns)
  return shorten(text.slice(0, -address.length || undefined), room) + address
}

/** As long as the delay, on the scale of the message's longest one. */
function bar({ hop }: HopView, most: number): string {
  if (hop.waitMs === null || most === 0) return ' '.repeat(barColumns)
  const steps = Math.round((hop.waitMs / most) * barColumns * 8)
  const drawn = '█'.repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? '')
  return padEnd(drawn === '' && hop.waitMs > 0 ? '▏' : drawn, barColumns)
}

function ruled(words: string, columns: number): string {
  const text = `  ── ${shorten(words, columns - 8)} `
  return text + '─'.repeat(Math.max(2, columns - width(text)))
}
