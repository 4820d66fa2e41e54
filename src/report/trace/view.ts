/**
 * A trace in words, as all its pictures show it. What is unknown is said to be. The words may hold anything that a
 * message brings: who shows them makes them safe.
 */
import { encrypted } from '../../trace/tls-lost.js'
import { isVersion } from '../../trace/ids.js'
import { scopeOf } from '../../trace/scope.js'
import type { Oddity, Received, Trace, TraceHop } from '../../trace/types.js'
import { count, duration } from '../quantities.js'

export interface TracedMessage {
  readonly file: string
  readonly trace: Trace
}

export interface HopView {
  /** Counted from 1 = the oldest. */
  readonly number: number
  readonly hop: TraceHop
  readonly from: string
  readonly by: string
  readonly protocol: string
  /** Null where the field does not say. */
  readonly encrypted: boolean | null
  readonly tls: string
  /** In UTC. */
  readonly date: string
  /** Empty for the first. */
  readonly delay: string
  /** What is known of the receiver's clock; null where nothing is. */
  readonly clock: string | null
  readonly id: string
  readonly oddities: readonly Oddity[]
}

export function viewHops({ hops, oddities }: Trace): HopView[] {
  const about = new Map<number | null, Oddity[]>(hops.map(({ field }) => [field, []]))
  for (const oddity of oddities) about.get(oddity.field)?.push(oddity)
  return hops.map((hop, at) => ({
    number: at + 1,
    hop,
    from: clientOf(hop.received),
    by: who(hop.received.by.name, hop.received.by.address),
    protocol: hop.received.with?.protocol ?? 'protocol ?',
    encrypted: encrypted(hop.received),
    tls: tlsOf(hop.received),
    date: hop.received.date?.instant.toISOString().slice(0, 19).replace('T', ' ') ?? 'no date',
    delay: at === 0 ? '' : delayOf(hop),
    clock: clockOf(hop),
    id: idOf(hop.received),
    oddities: about.get(hop.field) ?? [],
  }))
}

function clientOf(received: Received): string {
  const { helo, name, address } = received.from
  if (helo === null && name === null && address === null) return '(no client named)'
  // as Postfix has it: what the client said does not stand alone where DNS says otherwise
  const isOther = helo !== null && name !== null && helo.toLowerCase() !== name.toLowerCase()
  return isOther ? `${helo} (${who(name, address)})` : who(name ?? helo, address)
}

function who(name: string | null, address: string | null): string {
  if (address === null) return name ?? '?'
  const shown = `[${marked(address)}]`
  return name === null || name === address || name === `[${address}]` ? shown : `${name} ${shown}`
}

/** With the kind of its network, where that is not the public one. */
function marked(address: string): string {
  const scope = scopeOf(address)
  return scope === 'public' ? address : `${address} ${scope}`
}

function tlsOf(received: Received): string {
  const version = received.tls?.version ?? null
  // TLS1_3, TLSv1.3, TLS1.3
  const [, major, minor = '0'] = /^TLS[v_ ]?(\d)(?:[._](\d))?$/i.exec(version ?? '') ?? []
  if (major !== undefined) return `TLS ${major}.${minor}`
  if (version !== null) return version
  const isEncrypted = encrypted(received)
  if (isEncrypted === null) return 'TLS ?'
  return isEncrypted ? 'TLS' : 'no TLS'
}

function delayOf({ delayMs, waitMs }: TraceHop): string {
  if (waitMs !== null) return `+${span(waitMs)}`
  return delayMs === null ? 'delay ?' : duration(delayMs)
}

/** Dates are whole seconds. */
function span(ms: number): string {
  return ms === 0 ? '0 s' : duration(ms)
}

function clockOf({ delayMs, waitMs, skewMs }: TraceHop): string | null {
  if (skewMs !== 0) return `clock ${duration(Math.abs(skewMs))} or more ${skewMs > 0 ? 'fast' : 'slow'}`
  return delayMs !== null && waitMs === null ? `clocks ${duration(-delayMs)} or more apart` : null
}

function idOf(received: Received): string {
  if (received.id === null) return 'no id'
  return isVersion(received) ? `version ${received.id}` : received.id
}

/** What stands beside a picture's bar. */
export function delayWords({ delay }: HopView): string {
  return delay === '' ? 'first hop' : delay
}

/** By which a picture's style tells encrypted hops from others. */
export function tlsKind({ encrypted: isEncrypted }: HopView): 'yes' | 'no' | 'unsaid' {
  if (isEncrypted === null) return 'unsaid'
  return isEncrypted ? 'yes' : 'no'
}

/** Without what the hop itself tells: clocks that are a little apart. */
export function newsOf(oddities: readonly Oddity[]): Oddity[] {
  return oddities.filter(({ code, severity }) => code !== 'time-backwards' || severity !== 'info')
}

/** The hops below the boundary: they stand first. */
export function claimsIn({ hops }: Trace): number {
  return hops.filter(({ trusted }) => trusted === false).length
}

/** "5 hops in 12 s, times in UTC". */
export function summarize({ hops, totalMs }: Trace): string {
  if (hops.length === 0) return 'no Received fields'
  const total = hops.length === 1 ? '' : totalMs === null ? ', time in all unknown' : ` in ${span(totalMs)}`
  return `${count(hops.length, 'hop')}${total}, times in UTC`
}

/** What stands on the drawn boundary, claims above it; null where nobody said which networks are ours. */
export function boundaryWords({ boundary, hops }: Trace): string | null {
  if (!boundary) return null
  const { field, address, reason } = boundary
  if (reason === 'all-ours') return 'no trust boundary: all hops are inside the trusted networks'
  const ends = field === hops.length - 1 ? 'trust ends here' : 'trust ends here, above are claims'
  if (reason === 'unreadable') return `${ends}: the field below can't be read`
  const client = hops.find(hop => hop.field === field)?.received.from
  const name = client?.name ?? client?.helo ?? null
  if (address === null) return `${ends}: the hop below names a client without its address, ${name ?? '?'}`
  return `${ends} · first address beyond: ${marked(address)}${name === null || name === `[${address}]` ? '' : ` (${name})`}`
}

/** Where a hop stands on the axis of time, 0 to 1: from the hop before to this one. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Timeline {
  /** Of each hop; null where its date is unknown. */
  readonly spans: readonly (Span | null)[]
  /** The axis's ends, in UTC; null where it has no length. */
  readonly ends: readonly [string, string] | null
}

/** As the clocks would have it if they were right. */
export function timelineOf({ hops }: Trace): Timeline {
  const moments = hops.map(momentOf)
  const known = moments.filter(moment => moment !== null)
  const first = known.reduce((least, moment) => Math.min(least, moment), Number.POSITIVE_INFINITY)
  const last = known.reduce((most, moment) => Math.max(most, moment), first)
  const place = (moment: number): number => (last > first ? (moment - first) / (last - first) : 0)
  const spans = hops.map((hop, at) => {
    const end = moments[at] ?? null
    if (end === null) return null
    return { start: place(hop.waitMs === null ? end : Math.max(first, end - hop.waitMs)), end: place(end) }
  })
  return { spans, ends: last > first ? [timeOf(first), timeOf(last)] : null }
}

function timeOf(moment: number): string {
  return new Date(moment).toISOString().slice(11, 19)
}

function momentOf({ received: { date }, skewMs }: TraceHop): number | null {
  return date ? Math.floor(date.instant.getTime() / 1000) * 1000 - skewMs : null
}
