/**
 * A trace as a picture: a row a hop, its delay as a bar on one axis of time. Well-formed XML, whatever the message
 * holds; no script, nothing from elsewhere.
 */
import type { Oddity } from '../../trace/types.js'
import { markup, shortened } from '../markup.js'
import { svgStyle } from './svg-style.js'
import {
  boundaryWords,
  claimsIn,
  delayWords,
  type HopView,
  newsOf,
  type Span,
  type Timeline,
  timelineOf,
  tlsKind,
  summarize,
  type TracedMessage,
  viewHops,
} from './view.js'
import { wrap } from '../wrap.js'

const pictureWidth = 1000
const margin = 24
const textLeft = 58
/** Where the axis of time begins and ends. */
const axis = { left: 668, right: 976 }
const rowHeight = 58
const boundaryHeight = 30
/** Columns of a monospaced name until the axis: a character of 12.5 px is 7.6 px wide at most. */
const nameColumns = 78
const oddityColumns = 128
const lineHeight = 18
/** More oddities, or lines of one, are counted and not shown. */
const mostOddities = 40
const mostLines = 3

interface Piece {
  readonly height: number
  /** With its top at `y`. */
  readonly draw: (y: number) => string
}

export function traceToSvg({ file, trace }: TracedMessage): string {
  const { spans, ends } = timelineOf(trace)
  const views = viewHops(trace)
  const boundary = boundaryWords(trace)
  const claims = claimsIn(trace)
  const pieces = [
    heading(file, summarize(trace), ends),
    ...views.flatMap((view, at) => [
      ...(at === claims && boundary !== null ? [boundaryPiece(boundary)] : []),
      hopPiece(view, spans[at] ?? null),
    ]),
    ...oddityPieces(trace.oddities, trace.hops.length),
  ]
  return picture(pieces, markup(`${file}: ${summarize(trace)}`))
}

function picture(pieces: readonly Piece[], title: string): string {
  let y = 0
  const drawn = pieces.map(({ height, draw }) => {
    y += height
    return draw(y - height)
  })
  const height = y + margin
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${pictureWidth} ${height}" width="${pictureWidth}" height="${height}" role="img">`,
    `<title>${title}</title><style>${svgStyle}</style>`,
    `<rect class="paper" width="${pictureWidth}" height="${height}" rx="10"/>`,
    ...drawn,
    '</svg>',
  ].join('\n')
}

function heading(file: string, summary: string, ends: Timeline['ends']): Piece {
  const { shown, title } = shortened(file, 90)
  const [first, last] = ends ?? []
  const draw = (y: number): string =>
    [
      `<g>${titled(title)}<text class="head" x="${margin}" y="${y + 38}">${shown}</text></g>`,
      `<text class="soft" x="${margin}" y="${y + 60}">${markup(summary)}</text>`,
      ...(first === undefined ? [] : [`<text class="soft" x="${axis.left}" y="${y + 66}">${first}</text>`]),
      ...(last === undefined ? [] : [`<text class="soft last" x="${axis.right}" y="${y + 66}">${last}</text>`]),
    ].join('')
  return { height: 76, draw }
}

function hopPiece(view: HopView, span: Span | null): Piece {
  const who = shortened(`${view.from} → ${view.by}`, nameColumns)
  const isClaim = view.hop.trusted === false
  const warned = view.oddities.some(({ severity }) => severity === 'warning')
  const draw = (y: number): string =>
    [
      `<g class="hop${isClaim ? ' claim' : ''}">${titled(who.title)}`,
      `<line class="rule" x1="${margin}" x2="${axis.right}" y1="${y}" y2="${y}"/>`,
      `<circle class="${warned ? 'dot warned' : 'dot'}" cx="${margin + 12}" cy="${y + 24}" r="12"/>`,
      `<text class="number" x="${margin + 12}" y="${y + 28}">${view.number}</text>`,
      `<text class="who" x="${textLeft}" y="${y + 23}">${who.shown}</text>`,
      facts(view, y + 44, isClaim),
      barAt(span, y + 12),
      timeWords(view, y + 44),
      '</g>',
    ].join('')
  return { height: rowHeight, draw }
}

function facts(view: HopView, y: number, isClaim: boolean): string {
  const { date, protocol, tls, id } = view
  const kind = tlsKind(view)
  const [shownProtocol, shownTls, shownId] = [
    shortened(protocol, 16),
    shortened(tls, 16),
    shortened(id, isClaim ? 20 : 28),
  ]
  const drawn = kind === 'yes' ? lock(textLeft + 254, y - 10) : ''
  return (
    `<text class="soft" x="${textLeft}" y="${y}">${markup(date)}</text>` +
    `<text class="strong" x="${textLeft + 142}" y="${y}">${shownProtocol.shown}</text>${drawn}` +
    `<text class="tls ${kind}" x="${textLeft + 268}" y="${y}">${shownTls.shown}</text>` +
    `<text class="soft" x="${textLeft + 372}" y="${y}">${shownId.shown}${isClaim ? ' · claim' : ''}</text>`
  )
}

function lock(x: number, y: number): string {
  return (
    `<g class="lock" transform="translate(${x} ${y})"><rect x="0" y="4.5" width="9" height="6.5" rx="1"/>` +
    '<path d="M2 4.5V3a2.5 2.5 0 0 1 5 0v1.5"/></g>'
  )
}

function barAt(span: Span | null, y: number): string {
  const length = axis.right - axis.left
  const lane = `<rect class="lane" x="${axis.left}" y="${y}" width="${length}" height="14" rx="4"/>`
  if (!span) return lane
  const width = Math.max(4, (span.end - span.start) * length)
  const x = Math.min(axis.left + span.start * length, axis.right - width)
  return `${lane}<rect class="bar" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="14" rx="4"/>`
}

function timeWords(view: HopView, y: number): string {
  const { clock } = view
  const told = clock === null ? '' : `<tspan class="clock" dx="10">${markup(clock)}</tspan>`
  return `<text class="delay" x="${axis.left}" y="${y}">${markup(delayWords(view))}${told}</text>`
}

function boundaryPiece(words: string): Piece {
  const { shown, title } = shortened(words, oddityColumns)
  const draw = (y: number): string =>
    `<g>${titled(title)}<line class="boundary" x1="${margin}" x2="${axis.right}" y1="${y + 4}" y2="${y + 4}"/>` +
    `<text class="trust" x="${textLeft}" y="${y + 22}">${shown}</text></g>`
  return { height: boundaryHeight, draw }
}

function oddityPieces(oddities: readonly Oddity[], hops: number): Piece[] {
  const news = newsOf(oddities)
  if (news.length === 0) return []
  const more = news.length - mostOddities
  const last = more > 0 ? [linesPiece('info', [`and ${more} more`])] : []
  const space: Piece = { height: 12, draw: () => '' }
  return [space, ...news.slice(0, mostOddities).map(oddity => oddityPiece(oddity, hops)), ...last]
}

function oddityPiece({ code, severity, field, message }: Oddity, hops: number): Piece {
  const where = field === null ? '' : ` hop ${hops - field}:`
  const lines = wrap(`${code}${where} ${message}`, oddityColumns)
  const kept = lines.slice(0, mostLines)
  return linesPiece(severity, lines.length > mostLines ? [...kept.slice(0, -1), `${kept.at(-1) ?? ''}…`] : kept)
}

function linesPiece(severity: Oddity['severity'], lines: readonly string[]): Piece {
  const draw = (y: number): string =>
    `<rect class="mark ${severity}" x="${margin}" y="${y + 3}" width="3" height="${lines.length * lineHeight - 4}"/>` +
    lines
      .map(
        (line, at) => `<text class="oddity" x="${margin + 12}" y="${y + 15 + at * lineHeight}">${markup(line)}</text>`,
      )
      .join('')
  return { height: lines.length * lineHeight + 4, draw }
}

function titled(title: string | null): string {
  return title === null ? '' : `<title>${title}</title>`
}
