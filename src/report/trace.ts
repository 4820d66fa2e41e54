/**
 * A trace as people read it, and as JSON.
 */
import type { Received, Trace, TraceHop } from '../trace/types.js'
import { count, duration } from './quantities.js'
import type { Style } from './style.js'
import { align } from './table.js'
import { printable, shorten } from './text.js'

/** An oddity's sentence may quote a whole field. */
const longest = 300

export function formatTrace(file: string, trace: Trace, style: Style): string {
  const rows = align(trace.hops.map(toCells), [0, 5])
  const oddities = trace.oddities.map(({ code, field, message }) => {
    const where = field === null ? '' : style.dim(` (field ${field})`)
    return `  ${style.yellow(`! ${code}`)}${where}  ${shorten(printable(message), longest)}`
  })
  const title = `${style.bold(printable(file))}  ${style.dim(summary(trace))}`
  return [title, ...rows.map(row => colour(row, style)), ...oddities].join('\n')
}

function toCells({ received, delayMs }: TraceHop, at: number): string[] {
  const { from, by, with: protocol, date } = received
  return [
    String(at + 1),
    who(from.helo ?? from.name, from.address),
    who(by.name, by.address),
    protocol?.protocol ?? '',
    date ? date.instant.toISOString().slice(0, 19).replace('T', ' ') : 'no date',
    delayMs === null ? '' : `${delayMs < 0 ? '' : '+'}${duration(delayMs)}`,
  ]
}

function who(name: string | null, address: string | null): string {
  if (name === null || name === address) return address ?? '?'
  return address === null ? name : `${name} [${address}]`
}

function colour(
  [number = '', from = '', by = '', protocol = '', date = '', delay = '']: string[],
  style: Style,
): string {
  const parts = [
    style.dim(number),
    from,
    `${style.dim('→')} ${style.cyan(by)}`,
    style.dim(protocol),
    date,
    style.dim(delay),
  ]
  return `  ${parts.join('  ')}`.trimEnd()
}

function summary({ hops }: Trace): string {
  if (hops.length === 0) return 'no Received fields'
  const [first, last] = [hops[0]?.received.date?.instant, hops.at(-1)?.received.date?.instant]
  const total = first && last && hops.length > 1 ? `, ${duration(last.getTime() - first.getTime())} in all` : ''
  return `${count(hops.length, 'hop')}${total}, times in UTC`
}

/** `returnPath` is null for <>, and absent where the message has no Return-Path. */
export function traceToJson({ hops, returnPath, oddities }: Trace): object {
  return {
    ...(returnPath === undefined ? {} : { returnPath }),
    hops: hops.map(({ field, received, delayMs }) => ({ field, ...receivedToJson(received), delayMs })),
    oddities,
  }
}

function receivedToJson({ raw, date, ...received }: Received): object {
  return {
    ...received,
    date: date && { instant: date.instant.toISOString(), offset: date.offset, text: date.text },
    raw: Buffer.from(raw).toString('latin1'),
  }
}
