/**
 * Traces as a table (RFC 4180), a row a hop. A message without hops has no row.
 */
import { printable } from '../text.js'
import { type HopView, type TracedMessage, viewHops } from './view.js'

type Cell = string | number | boolean | null

const columns: readonly (readonly [string, (view: HopView) => Cell])[] = [
  ['hop', ({ number }) => number],
  ['field', ({ hop }) => hop.field],
  ['trusted', ({ hop }) => hop.trusted],
  ['from_helo', ({ hop }) => hop.received.from.helo],
  ['from_name', ({ hop }) => hop.received.from.name],
  ['from_address', ({ hop }) => hop.received.from.address],
  ['from_scope', ({ hop }) => hop.scope],
  ['by_name', ({ hop }) => hop.received.by.name],
  ['by_address', ({ hop }) => hop.received.by.address],
  ['protocol', ({ hop }) => hop.received.with?.protocol ?? null],
  ['encrypted', view => view.encrypted],
  ['tls_version', ({ hop }) => hop.received.tls?.version ?? null],
  ['tls_cipher', ({ hop }) => hop.received.tls?.cipher ?? null],
  ['id', ({ hop }) => hop.received.id],
  ['for', ({ hop }) => hop.received.for],
  ['date', ({ hop }) => hop.received.date?.instant.toISOString() ?? null],
  ['delay_s', ({ hop }) => inSeconds(hop.delayMs)],
  ['wait_s', ({ hop }) => inSeconds(hop.waitMs)],
  ['skew_s', ({ hop }) => inSeconds(hop.skewMs)],
  ['oddities', ({ oddities }) => oddities.map(({ code }) => code).join(' ')],
]

export const csvHead = row(['file', ...columns.map(([name]) => name)])

/** Rows that each end with CR: the LF behind the last one is the writer's. Null where there is no hop. */
export function traceToCsv({ file, trace }: TracedMessage): string | null {
  const rows = viewHops(trace).map(view => row([file, ...columns.map(([, cell]) => cell(view))]))
  return rows.length === 0 ? null : rows.join('\n')
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000
}

function row(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\r`
}

// RFC 4180 2.5 to 2.7
function quoted(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = harmless(printable(cell))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A spreadsheet takes a text that begins so for a formula, even behind blanks, and runs it. */
function harmless(text: string): string {
  return /^\s*[=+\-@|%\uFF0B\uFF0D\uFF1D\uFF20]/.test(text) ? `'${text}` : text
}
