/**
 * The trace fields of a whole message (RFC 5321 4.4) as the way that they tell. Nothing is trusted and nothing
 * judged: oddities are what a reader should look at, and a forged way can be free of them.
 */
import { type HeaderField, isField, largestHeader, splitHeader } from '../mail/header.js'
import { findBoundary } from './boundary.js'
import { readClocks } from './clocks.js'
import { isInstantKnown } from './date.js'
import { membership, type Network, parseNetwork } from './network.js'
import { decodeOctets, unfold } from './octets.js'
import { findOddities } from './oddity.js'
import { splitParts } from './parts.js'
import { readReceived } from './received.js'
import { withoutAngles } from './reverse-path.js'
import { scopeOf } from './scope.js'
import type { Oddity, Received, Trace, TraceHop, TrustBoundary } from './types.js'

export interface TraceOptions {
  /** Networks that are ours, as ADDR/LEN: where trust ends is told. 127/8 and ::1 always are. */
  readonly trusted?: readonly string[]
  /** What time it is: dates after that are odd. */
  readonly now?: Date
}

const LF = 10

/** Every machine's own networks (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
const ownMachine = ['127.0.0.0/8', '::1/128']

/** More Received fields than these are not read: no MTA lets so many pass (RFC 5321 6.3). */
const maxFields = 10_000

/**
 * Reads a message's header; never throws for what stands there, but a RangeError for a network that is none. Where no
 * line of the content ends with CRLF, its lines end with LF.
 */
export function readTrace(content: string | Uint8Array, { trusted, now }: TraceOptions = {}): Trace {
  const networks = trusted && [...ownMachine, ...trusted].map(toNetwork)
  const whole = withoutMboxLine(withoutMark(octetsOf(content)))
  const message = whole.subarray(0, largestHeader)
  const unixSaved = !untilEmptyLine(message).includes('\r\n')
  const header = unixSaved ? toCrlf(untilEmptyLine(message)) : message
  const split = splitHeader(header)
  const isCut = message.length < whole.length && split.end === header.length
  // of the last one a part may be missing
  const read = isCut ? split.fields.slice(0, -1) : split.fields
  const fields = unixSaved ? read : read.flatMap(atBareLineEnds)
  const traceFields = fields.filter(field => isField(field, 'Received'))
  const received = traceFields.slice(0, maxFields).map(({ raw }) => readReceived(unixSaved ? toLf(raw) : raw))
  const boundary = networks ? findBoundary(received, membership(networks)) : null
  const hops = toHops(received, boundary)
  const isMixed = fields.length > read.length
  const unread = [
    ...cutShort(header, split.end),
    ...tooLarge(isCut),
    ...mixedLineEnds(isMixed),
    ...tooMany(traceFields.length),
  ]
  return {
    hops,
    totalMs: totalOf(hops),
    boundary,
    returnPath: readReturnPath(fields.find(field => isField(field, 'Return-Path'))),
    oddities: [...unread, ...findOddities(hops, now ?? null)],
  }
}

function octetsOf(content: string | Uint8Array): Buffer {
  if (typeof content === 'string') return Buffer.from(content)
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength)
}

/** Some editors put a byte order mark in front of a file. */
function withoutMark(message: Buffer): Buffer {
  return message[0] === 0xef && message[1] === 0xbb && message[2] === 0xbf ? message.subarray(3) : message
}

/** A field in which a bare LF stands before what looks like another one, as two: nothing is read across it. */
function atBareLineEnds(field: HeaderField): HeaderField[] {
  const { raw, start } = field
  if (raw.indexOf(LF) >= raw.length - 1) return [field]
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')
  const begins = [...text.matchAll(/(?<=[^\r]\n)[\w-]+(?=[ \t]*:)/g)].map(({ index }) => index)
  return [0, ...begins].map((at, nth) => ({
    name: /^[^\s:]*/.exec(text.slice(at, at + 1000))?.[0] ?? '',
    raw: raw.subarray(at, begins[nth] ?? raw.length),
    start: start + at,
  }))
}

function toNetwork(text: string): Network {
  const network = parseNetwork(text)
  if (network === null) throw new RangeError(`${JSON.stringify(text)} is no network, expected ADDR/LEN`)
  return network
}

function toHops(newestFirst: readonly Received[], boundary: TrustBoundary | null): TraceHop[] {
  const received = newestFirst.toReversed()
  const dated = received.map((hop, at) => ({ received: hop, delayMs: delayBetween(received[at - 1], hop) }))
  const clocks = readClocks(dated)
  return dated.map(({ received: hop, delayMs }, at) => {
    const field = received.length - 1 - at
    const { waitMs = null, skewMs = 0 } = clocks[at] ?? {}
    const scope = hop.from.address === null ? null : scopeOf(hop.from.address)
    return { field, received: hop, delayMs, waitMs, skewMs, scope, trusted: boundary && field <= boundary.field }
  })
}

function delayBetween(before: Received | undefined, hop: Received): number | null {
  if (!before?.date || !hop.date || !isInstantKnown(before.date) || !isInstantKnown(hop.date)) return null
  return (wholeSeconds(hop.date.instant) - wholeSeconds(before.date.instant)) * 1000
}

function wholeSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

function totalOf(hops: readonly TraceHop[]): number | null {
  const [first, last] = [hops[0], hops.at(-1)]
  if (!first || !last || first === last) return null
  // clocks that disagree, and nobody knows which is wrong: the ends are no measure
  if (hops.some(({ delayMs, waitMs }) => delayMs !== null && waitMs === null)) return null
  const delay = delayBetween(first.received, last.received)
  if (delay === null) return null
  const total = delay - last.skewMs + first.skewMs
  return total < 0 ? null : total
}

// RFC 5321 4.4: Return-path-line = "Return-Path:" FWS Reverse-path; some write it without < >
function readReturnPath(field: HeaderField | undefined): string | null | undefined {
  if (!field) return undefined
  const { text } = unfold(field.raw)
  const parts = splitParts(text, text.indexOf(':') + 1)
  const words: string[] = []
  for (let at = 0; at < parts.count; at++) {
    if (parts.isWord(at)) words.push(parts.textOf(at))
    else if (!parts.isComment(at)) return undefined
  }
  const [path, second] = words
  if (path === undefined || second !== undefined) return undefined
  const bare = withoutAngles(path)
  return bare === '' ? null : decodeOctets(bare)
}

/** A header that ends with a line that is no field, instead of an empty one. */
function cutShort(header: Buffer, end: number): Oddity[] {
  if (end === header.length || header.toString('latin1', end, end + 2) === '\r\n') return []
  const message = 'the header ends with a line that is no field: what stands below it is not read'
  return [{ code: 'unreadable', severity: 'warning', field: null, message }]
}

function tooLarge(isCut: boolean): Oddity[] {
  const message = `the header is too large: only its first ${largestHeader / 1_000_000} MB are read`
  return isCut ? [{ code: 'unreadable', severity: 'warning', field: null, message }] : []
}

function mixedLineEnds(isMixed: boolean): Oddity[] {
  const message = 'some lines end with CRLF and some with LF alone: each is read as a line of its own'
  return isMixed ? [{ code: 'mixed-line-ends', severity: 'warning', field: null, message }] : []
}

function tooMany(fields: number): Oddity[] {
  if (fields <= maxFields) return []
  const message = `${fields} Received fields: only the ${maxFields} newest are read`
  return [{ code: 'unreadable', severity: 'warning', field: null, message }]
}

// RFC 4155: a message out of an mbox may begin with the line that parts it from the one before, quoted or not
function withoutMboxLine(message: Buffer): Buffer {
  return /^>?From /.test(message.toString('latin1', 0, 6)) ? message.subarray(message.indexOf('\n') + 1) : message
}

function untilEmptyLine(message: Buffer): Buffer {
  const at = message.indexOf('\n\n')
  return at === -1 ? message : message.subarray(0, at + 2)
}

function toCrlf(octets: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(octets).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

function toLf(octets: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(octets).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}
