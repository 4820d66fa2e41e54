/**
 * The Received field that an MTA of ours puts in front of a message (RFC 5321 4.4). It writes only: reading is
 * received.ts, and the two share no code.
 */
import { isIP } from 'node:net'
import { addressLiteral, type Mailbox, type ReversePath } from '../mail/address.js'
import type { QueueId } from '../mail/envelope.js'

export interface Stamp {
  /** What the client said in HELO or EHLO. */
  readonly helo: string
  /** The client's name in the chain's zone; null where it has none. */
  readonly clientName: string | null
  readonly clientAddress: string
  readonly hostname: string
  readonly address: string
  readonly protocol: string
  readonly id: QueueId
  readonly recipients: readonly Mailbox[]
  readonly date: Date
  /** As RFC 5322 3.3 writes it: "+0530". */
  readonly zone: string
}

/** RFC 5322 2.1.1: lines should have no more than 78 octets. */
const fold = 78
/** RFC 5321 4.5.3.1.2: the longest domain. */
const longestHelo = 255

/** The whole field, folded, with its CRLF. */
export function writeStamp(stamp: Stamp): string {
  // RFC 5321 7.6: with several recipients `for` would tell each of the others
  const only = stamp.recipients.length === 1 ? stamp.recipients[0] : undefined
  const client = `${stamp.clientName ?? 'unknown'} ${addressLiteral(stamp.clientAddress)}`
  const from = `Received: from ${safeHelo(stamp.helo)} (${client})`
  const by = `by ${stamp.hostname} (${addressLiteral(stamp.address)}) with ${stamp.protocol} id ${stamp.id}`
  const date = formatDate(stamp.date, stamp.zone)
  const clauses = only === undefined ? [from, `${by};`, date] : [from, by, `for <${only}>; ${date}`]
  return `${clauses.map(foldWords).join('\r\n ')}\r\n`
}

/** RFC 5321 4.4: the delivering MTA puts the reverse-path on top. */
export function writeReturnPath(reversePath: ReversePath): string {
  return `Return-Path: <${reversePath ?? ''}>\r\n`
}

/** Cuts a clause at its blanks where it is longer than a line. */
function foldWords(clause: string): string {
  if (Buffer.byteLength(clause) < fold) return clause
  const lines: string[] = []
  let line = ''
  for (const word of clause.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    // the blank that begins a continuation line counts
    if (line !== '' && Buffer.byteLength(longer) + 1 > fold) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line].join('\r\n ')
}

/**
 * The client's HELO name as one word that can't be taken for anything else: a domain's characters as they are, an
 * address literal with its brackets, everything else as "?".
 */
export function safeHelo(helo: string): string {
  const literal = /^\[(?:IPv6:)?([0-9A-Fa-f:.]+)\]$/i.exec(helo)
  if (literal?.[1] && isIP(literal[1])) return helo
  return helo.slice(0, longestHelo).replace(/[^A-Za-z0-9._:-]/gu, '?')
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** RFC 5322 3.3: the zone's own time and the zone, "Tue, 24 Nov 2026 15:30:00 +0530". -0000 is UTC. */
function formatDate(instant: Date, zone: string): string {
  const date = new Date(instant.getTime() + minutesOf(zone) * 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${zone}`
}

/** East of UTC is more. */
function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))
  return zone.startsWith('-') ? -minutes : minutes
}
