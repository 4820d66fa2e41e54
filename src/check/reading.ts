/**
 * One Received field as the MTA that it names would have written it: what it says, and what is not in order. Nothing is
 * thrown.
 */
import { stampAlone } from '../journal/stamped.js'
import { isStampName, stampNames } from '../mail/stamp-name.js'
import { readReceived } from '../trace/received.js'
import type { Received } from '../trace/types.js'
import { saidAs } from './dialects/read.js'
import { all, type Said, type Tells } from './dialects/said.js'
import type { TraceField } from './fields.js'
import { textOf } from './octets.js'
import type { ExpectedHop } from './types.js'

export interface Reading {
  /** As its dialect has it. */
  readonly received: Received
  /** Why it can't be a stamp of an MTA of ours; null where it can. */
  readonly defect: string | null
  /** Why it is not in the manner that it should be in, though it can be read; null where it is. */
  readonly strange: string | null
  readonly tells: Tells
  /** How it was expected to look. */
  readonly stamp: string | null
}

/** The same field as the MTA of this hop would have written it. */
export function asOf(field: TraceField, { stamp = 'rfc5321' }: ExpectedHop): TraceField {
  if (stamp === field.stamp) return field
  const main = textOf(field.raw).replace(companionAbove, '')
  return { ...field, ...reading(field.raw, readReceived(Buffer.from(main, 'latin1')), stamp) }
}

/** A stamp of the journal as this MTA's. */
export function readStamp(written: string, { stamp }: ExpectedHop): Reading {
  const raw = stampAlone(written)
  return reading(Buffer.from(raw), readReceived(raw.replace(companionAbove, '')), stamp)
}

const companionAbove = /^Received: \(qmail [^\r\n]*\r\n(?=Received: )/

/** `stamp`: null where any dialect is right. */
export function reading(raw: Uint8Array, received: Received, stamp: string | null = 'rfc5321'): Reading {
  if (stamp === null) return { ...readingOfAny(raw, received), stamp }
  const said = saidAs(stamp, raw)
  if (stamp !== 'rfc5321') {
    if (said) return { received: receivedOf(said, stamp, raw), defect: null, strange: null, tells: said.tells, stamp }
    const manner = isStampName(stamp) ? `as ${stamp} writes it` : 'after the template'
    return { received, defect: `it is not ${manner}`, strange: null, tells: all, stamp }
  }
  const strange = said ? null : 'it is not as RFC 5321 4.4 has it'
  return { received, defect: defectOf(received, raw), strange, tells: { ...all, protocols: wordOf(received) }, stamp }
}

/**
 * The first of our dialects in whose manner it is. Of another program, or over TLS, what our reader makes of it counts,
 * and what that does not find is not told.
 */
function readingOfAny(raw: Uint8Array, received: Received): Reading {
  for (const stamp of stampNames) if (saidAs(stamp, raw)) return reading(raw, received, stamp)
  const { dialect, from, by, date } = received
  const isKnown = dialect !== null && dialect !== 'rfc5321' && by.name !== null && date !== null
  if (!isKnown || hasStrayLineEnd(raw)) return { ...reading(raw, received), strange: null }
  const told = { helo: from.helo !== null, name: from.name !== null, address: from.address !== null }
  const others = { byAddress: by.address !== null, for: received.for !== null, id: 'none', sender: false } as const
  return { received, defect: null, strange: null, tells: { ...told, ...others, protocols: null }, stamp: null }
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
