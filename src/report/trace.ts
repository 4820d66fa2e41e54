/**
 * A trace as people read it, and as JSON.
 */
import type { Received, Trace, TraceHop } from '../trace/types.js'
import { count, duration, padEnd, padStart, printable, type Style, width } from './style.js'

export function formatTrace(file: string, trace: Trace, style: Style): string {
  const rows = trace.hops.map((hop, at) => cells(hop, at + 1))
  const columns = [0, 1, 2, 3, 4, 5].map(at => Math.max(0, ...rows.map(row => width(row[at] ?? ''))))
  const lines = rows.map(row => {
    const padded = row.map((text, at) =>
      at === 0 || at === 5 ? padStart(text, columns[at] ?? 0) : padEnd(text, columns[at] ?? 0),
    )
    const [number = '', from = '', by = '', protocol = '', date = '', delay = ''] = padded
    return `  ${[style.dim(number), from, `${style.dim('→')} ${style.cyan(by)}`, style.dim(protocol), date, style.dim(delay)].join('  ')}`.trimEnd()
  })
  const oddities = trace.oddities.map(({ code, field, message }) => {
    const where = field === null ? '' : style.dim(` (field ${field})`)
    return `  ${style.yellow(`! ${code}`)}${where}  ${printable(message)}`
  })
  return [`${style.bold(printable(file))}  ${style.dim(summary(trace))}`, ...lines, ...oddities].join('\n')
}

function cells({ received, delayMs }: TraceHop, number: number): string[] {
  const { from, by, with: protocol, date } = received
  return [
    String(number),
    printable(who(from.helo ?? from.name, from.address)),
    printable(who(by.name, by.address)),
    printable(protocol?.protocol ?? ''),
    date ? date.instant.toISOString().slice(0, 19).replace('T', ' ') : 'no date',
    delayMs === null ? '' : `+${duration(delayMs)}`,
  ]
}

function who(name: string | null, address: string | null): string {
  if (name === null || name === address) return address ?? '?'
  return address === null ? name : `${name} [${address}]`
}

function summary({ hops }: Trace): string {
  const [first, last] = [hops[0]?.received.date?.instant, hops.at(-1)?.received.date?.instant]
  const total = first && last && hops.length > 1 ? `, ${duration(last.getTime() - first.getTime())} in all` : ''
  return hops.length === 0 ? 'no Received fields' : `${count(hops.length, 'hop')}${total}, times in UTC`
}

export function traceToJson({ hops, returnPath, oddities }: Trace): object {
  return {
    returnPath: returnPath ?? null,
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
