/**
 * The trace fields of a message, read from its octets: strictly, by CRLF, from the top down, and each in the dialect of
 * the MTA that it names.
 */
import { type Header, type HeaderField, isField, splitLargeHeader } from '../mail/header.js'
import { readReceived } from '../trace/received.js'
import type { Received } from '../trace/types.js'
import { textOf } from './octets.js'
import { type Reading, reading } from './reading.js'
import type { ExpectedHop, ExpectedPath } from './types.js'

/** One Received field; of qmail the two that it writes for a hop. */
export interface TraceField extends Reading {
  /** Counted from 0 = the top. */
  readonly number: number
  /** Its place among all header fields, counted from 0; of two fields the older one's. */
  readonly index: number
  /** The same of the newer one. */
  readonly top: number
  /** Octets before it. */
  readonly start: number
  readonly raw: Uint8Array
}

/** What a message says of its way. */
export interface Trace {
  /** The whole message. */
  readonly octets: Uint8Array
  readonly header: Header
  /** The header is too large: what stands below these fields is not read. */
  readonly isCut: boolean
  /** Newest first. */
  readonly fields: readonly TraceField[]
  /** Received fields that are too many to be read. */
  readonly unread: number
}

/** More Received fields than these are not read: no chain carries so many (RFC 5321 6.3 stops loops at about 100). */
const maxFields = 10_000

export function readTraceFields(octets: Uint8Array, { hops }: Pick<ExpectedPath, 'hops'>): Trace {
  const { header, isCut } = splitLargeHeader(octets)
  const found: Found[] = []
  for (const [index, field] of header.fields.entries()) if (isField(field, 'Received')) found.push({ field, index })
  const units = hops.some(({ stamp }) => stamp === 'qmail' || stamp === null) ? paired(found) : found
  const fields = units.slice(0, maxFields).map((unit, number) => readField(unit, number, hops))
  return { octets, header, isCut, fields, unread: units.length - fields.length }
}

interface Found {
  readonly field: HeaderField
  readonly index: number
  /** qmail-queue's field, right above. */
  readonly above?: HeaderField
}

const companion = /^Received: \(qmail \d+ invoked from network\); [^\r\n]*\r\n$/

/** qmail-smtpd's: above another program's field a companion is one too many. */
const smtpd = /^Received: from [^\r\n]*\r\n {2}by [^\r\n]+\r\n$/

/** qmail-smtpd's field with that which qmail-queue puts above it. */
function paired(found: readonly Found[]): Found[] {
  return found.flatMap((unit, at) => {
    const [above, below] = [found[at - 1], found[at + 1]]
    if (isCompanion(unit, below)) return []
    return above && isCompanion(above, unit) ? [{ ...unit, above: above.field }] : [unit]
  })
}

function isCompanion({ field, index }: Found, below: Found | undefined): boolean {
  return below?.index === index + 1 && companion.test(textOf(field.raw)) && smtpd.test(textOf(below.field.raw))
}

function readField({ field, index, above }: Found, number: number, hops: readonly ExpectedHop[]): TraceField {
  const raw = above ? Buffer.concat([above.raw, field.raw]) : field.raw
  const place = { number, index, top: above ? index - 1 : index, start: above?.start ?? field.start, raw }
  const received = readReceived(field.raw)
  return { ...place, ...reading(raw, received, hopNamed(received, hops)?.stamp) }
}

function hopNamed({ by }: Received, hops: readonly ExpectedHop[]): ExpectedHop | undefined {
  const name = by.name?.toLowerCase()
  return hops.find(({ hostname }) => hostname !== null && hostname.toLowerCase() === name)
}
