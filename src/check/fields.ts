/**
 * The trace fields of a message, read from its octets: strictly, by CRLF, from the top down, and each in the dialect of
 * the MTA that it names.
 */
import { type Header, type HeaderField, isField, splitHeader } from '../mail/header.js'
import { readReceived } from '../trace/received.js'
import type { Received } from '../trace/types.js'
import { stampAlone } from '../journal/stamped.js'
import { saidAs } from './dialects/read.js'
import { all, type Said, type Tells } from './dialects/said.js'
import type { ExpectedHop, ExpectedPath } from './types.js'
import { isStampName, stampNames } from '../mail/stamp-name.js'

/** One Received field; of qmail the two that it writes for a hop. */
export interface TraceField {
  /** Counted from 0 = the top. */
  readonly number: number
  /** Its place among all header fields, counted from 0; of two fields the older one's. */
  readonly index: number
  /** The same of the newer one. */
  readonly top: number
  /** Octets before it. */
  readonly start: number
  readonly raw: Uint8Array
  /** As its dialect has it. */
  readonly received: Received
  /** Why it can't be a stamp of an MTA of ours; null where it can. */
  readonly defect: string | null
  /** Why it is not in the manner that it should be in, though it can be read; null where it is. */
  readonly strange: string | null
  readonly tells: Tells
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

export function readTraceFields(octets: Uint8Array, { hops }: Pick<ExpectedPath, 'hops'>): Trace {
  const header = splitHeader(octets)
  const found: Found[] = []
  for (const [index, field] of header.fields.entries()) if (isField(field, 'Received')) found.push({ field, index })
  const units = hops.some(({ stamp }) => stamp === 'qmail' || stamp === null) ? paired(found) : found
  const fields = units.slice(0, maxFields).map((unit, number) => readField(unit, number, hops))
  return { octets, header, fields, unread: units.length - fields.length }
}

interface Found {
  readonly field: HeaderField
  readonly index: number
  /** qmail-queue's field, right above. */
  readonly above?: HeaderField
}

const companion = /^Received: \(qmail \d+ invoked from network\); [^\r\n]*\r\n$/

/** qmail-smtpd's field with that which qmail-queue puts above it. */
function paired(found: readonly Found[]): Found[] {
  return found.flatMap((unit, at) => {
    const [above, below] = [found[at - 1], found[at + 1]]
    if (isCompanion(unit, below)) return []
    return above && isCompanion(above, unit) ? [{ ...unit, above: above.field }] : [unit]
  })
}

function isCompanion({ field, index }: Found, below: Found | undefined): boolean {
  return below?.index === index + 1 && companion.test(textOf(field.raw)) && !companion.test(textOf(below.field.raw))
}

function readField({ field, index, above }: Found, number: number, hops: readonly ExpectedHop[]): TraceField {
  const raw = above ? Buffer.concat([above.raw, field.raw]) : field.raw
  const place = { number, index, top: above ? index - 1 : index, start: above?.start ?? field.start, raw }
  const received = readReceived(field.raw)
  return { ...place, ...reading(raw, received, hopNamed(received, hops)?.stamp) }
}

/** The same field as the MTA of this hop would have written it. */
export function asOf(field: TraceField, { stamp }: ExpectedHop): TraceField {
  const main = textOf(field.raw).replace(companionAbove, '')
  return { ...field, ...reading(field.raw, readReceived(Buffer.from(main, 'latin1')), stamp) }
}

/** A stamp of the journal as this MTA's. */
export function fieldOf(stamp: string, hop: ExpectedHop): TraceField {
  const raw = Buffer.from(stampAlone(stamp))
  const place = { number: 0, index: 0, top: 0, start: 0, raw }
  return asOf({ ...place, ...reading(raw, readReceived(raw)) }, hop)
}

const companionAbove = /^Received: \(qmail [^\r\n]*\r\n(?=Received: )/

function hopNamed({ by }: Received, hops: readonly ExpectedHop[]): ExpectedHop | undefined {
  const name = by.name?.toLowerCase()
  return hops.find(({ hostname }) => hostname !== null && hostname.toLowerCase() === name)
}

type Reading = Pick<TraceField, 'received' | 'defect' | 'strange' | 'tells'>

/** `stamp`: null where any dialect is right. */
function reading(raw: Uint8Array, received: Received, stamp: string | null = 'rfc5321'): Reading {
  if (stamp === null) return readingOfAny(raw, received)
  const said = saidAs(stamp, raw)
  if (stamp !== 'rfc5321') {
    if (said) return { received: receivedOf(said, stamp, raw), defect: null, strange: null, tells: said.tells }
    const manner = isStampName(stamp) ? `as ${stamp} writes it` : 'after the template'
    return { received, defect: `it is not ${manner}`, strange: null, tells: all }
  }
  const strange = said ? null : 'it is not as RFC 5321 4.4 has it'
  return { received, defect: defectOf(received, raw), strange, tells: { ...all, protocols: wordOf(received) } }
}

/** The first dialect in whose manner it is. */
function readingOfAny(raw: Uint8Array, received: Received): Reading {
  for (const stamp of stampNames) if (saidAs(stamp, raw)) return reading(raw, received, stamp)
  return reading(raw, received)
}

function wordOf(received: Received): readonly string[] {
  return received.with ? [received.with.protocol] : []
}

function receivedOf(said: Said, dialect: string, raw: Uint8Array): Received {
  const { helo, name, address, byName, byAddress, protocol, id, sender, date } = said
  return {
    from: { helo, name, address, ident: null },
    by: { name: byName, address: byAddress },
    via: null,
    with: protocol === null ? null : { text: protocol, protocol: protocol.toUpperCase(), tls: null, auth: null },
    tls: null,
    id,
    for: said.for,
    envelopeFrom: sender,
    date,
    dialect,
    repeated: [],
    raw,
    issues: [],
  }
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
