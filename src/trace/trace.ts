/**
 * The trace fields of a whole message (RFC 5321 4.4) as the way that they tell. Nothing is trusted and nothing
 * judged: oddities are what a reader should look at, and a forged way can be free of them.
 */
import { type HeaderField, isField, splitHeader } from '../mail/header.js'
import { isInstantKnown } from './date.js'
import { decodeOctets, unfold } from './octets.js'
import { findOddities } from './oddity.js'
import { splitParts } from './parts.js'
import { readReceived } from './received.js'
import { withoutAngles } from './reverse-path.js'
import type { Oddity, Received, Trace, TraceHop } from './types.js'

/** Reads a message's header; never throws. Where no line of the content ends with CRLF, its lines end with LF. */
export function readTrace(content: string | Uint8Array): Trace {
  const message = withoutMboxLine(
    typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  )
  const unixSaved = !message.includes('\r\n')
  const header = unixSaved ? toCrlf(untilEmptyLine(message)) : message
  const { fields, end } = splitHeader(header)
  const raws = fields
    .filter(field => isField(field, 'Received'))
    .map(field => (unixSaved ? toLf(field.raw) : field.raw))
  const hops = toHops(raws.map(readReceived))
  return {
    hops,
    returnPath: readReturnPath(fields.find(field => isField(field, 'Return-Path'))),
    oddities: [...cutShort(header, end), ...findOddities(hops)],
  }
}

function toHops(received: readonly Received[]): TraceHop[] {
  const oldestFirst = received.toReversed()
  return oldestFirst.map((hop, index) => ({
    field: received.length - 1 - index,
    received: hop,
    delayMs: delayBetween(oldestFirst[index - 1], hop),
  }))
}

function delayBetween(before: Received | undefined, hop: Received): number | null {
  if (!before?.date || !hop.date || !isInstantKnown(before.date) || !isInstantKnown(hop.date)) return null
  return (wholeSeconds(hop.date.instant) - wholeSeconds(before.date.instant)) * 1000
}

function wholeSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
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
  return [{ code: 'unreadable', field: null, message }]
}

// RFC 4155: a message out of an mbox may begin with the line that parts it from the one before
function withoutMboxLine(message: Buffer): Buffer {
  return message.toString('latin1', 0, 5) === 'From ' ? message.subarray(message.indexOf('\n') + 1) : message
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
