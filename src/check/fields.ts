/**
 * The trace fields of a message, read from its octets: strictly, by CRLF, from the top down.
 */
import { type Header, type HeaderField, isField, splitHeader } from '../mail/header.js'
import { readReceived } from '../trace/received.js'
import type { Received } from '../trace/types.js'

/** One Received field. */
export interface TraceField {
  /** Counted from 0 = the top. */
  readonly number: number
  /** Its place among all header fields, counted from 0. */
  readonly index: number
  /** Octets before it. */
  readonly start: number
  readonly raw: Uint8Array
  readonly received: Received
  /** Why it can't be a stamp of an MTA of ours; null where it can. */
  readonly defect: string | null
}

/** What a message says of its way. */
export interface Trace {
  /** The whole message. */
  readonly octets: Uint8Array
  readonly header: Header
  /** Newest first. */
  readonly fields: readonly TraceField[]
  /** Received fields that are too many to be read. */
  readonly unread: number
}

/** More Received fields than these are not read: no chain carries so many (RFC 5321 6.3 stops loops at about 100). */
const maxFields = 10_000

export function readTraceFields(octets: Uint8Array): Trace {
  const header = splitHeader(octets)
  const found: { field: HeaderField; index: number }[] = []
  for (const [index, field] of header.fields.entries()) if (isField(field, 'Received')) found.push({ field, index })
  const fields = found.slice(0, maxFields).map(({ field, index }, number) => readField(field, index, number))
  return { octets, header, fields, unread: found.length - fields.length }
}

function readField({ raw, start }: HeaderField, index: number, number: number): TraceField {
  const received = readReceived(raw)
  return { number, index, start, raw, received, defect: defectOf(received, raw) }
}

/** Beyond what RFC 5321 4.4 asks for, our MTAs always say the protocol and the queue id, and end lines with CRLF. */
function defectOf(received: Received, raw: Uint8Array): string | null {
  if (received.issues[0]) return received.issues[0].message
  if (hasStrayLineEnd(raw)) return 'a CR or LF stands alone'
  if (received.with === null) return 'no with'
  return received.id === null ? 'no id' : null
}

function hasStrayLineEnd(raw: Uint8Array): boolean {
  return /\r(?!\n)|(?<!\r)\n/.test(textOf(raw))
}

/**
 * The octets to judge: text as UTF-8; and a message that has LF for every line end, as Unix tools save it, with CRLF
 * instead, as it was carried (RFC 5321 2.3.8).
 */
export function octetsOf(content: Uint8Array | string): Uint8Array {
  const octets =
    typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.length)
  if (octets.includes('\r\n')) return octets
  return Buffer.from(octets.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

export function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
}
