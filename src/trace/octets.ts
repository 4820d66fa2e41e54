/**
 * A field's octets as text and back: one character for each octet while it is read, UTF-8 only where a value is
 * returned.
 */
import type { ReceivedIssue } from './types.js'

const NUL = 0
const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 where the octets are that, else one character for each octet. */
export function decodeOctets(octets: string): string {
  if (!/[\x80-\xff]/.test(octets)) return octets
  try {
    return utf8.decode(Buffer.from(octets, 'latin1'))
  } catch {
    return octets
  }
}

export interface Unfolded {
  /** One character for each octet. */
  readonly text: string
  /** False where every octet is ASCII: then nothing needs decoding. */
  readonly eightBit: boolean
  readonly issues: ReceivedIssue[]
}

/** The field's unfolded text (RFC 5322 2.2.3); bare LF folds as well, NUL is dropped. Linear in its length. */
export function unfold(octets: Uint8Array): Unfolded {
  const given = Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const kept = given.includes(NUL) ? Buffer.from(given.filter(octet => octet !== NUL)) : given
  const text = joinLines(kept, lengthWithoutLastLineEnd(kept))
  if (kept === given && !/[^\t -~]/.test(text)) return { text, eightBit: false, issues: [] }
  return { text, eightBit: /[\x80-\xff]/.test(text), issues: issuesOf(text, kept !== given) }
}

/** A string in one piece: one that is put together from several is slow to read. */
function joinLines(octets: Buffer, end: number): string {
  let lineEnd = octets.indexOf(LF)
  if (lineEnd === -1) return octets.toString('latin1', 0, end)
  const joined = Buffer.allocUnsafe(end)
  let length = 0
  let start = 0
  while (lineEnd !== -1 && lineEnd < end) {
    const next = lineEnd + 1 < end ? octets[lineEnd + 1] : undefined
    if (next === SPACE || next === TAB) {
      const hasCr = lineEnd > start && octets[lineEnd - 1] === CR
      length += octets.copy(joined, length, start, hasCr ? lineEnd - 1 : lineEnd)
      start = lineEnd + 1
    }
    lineEnd = octets.indexOf(LF, lineEnd + 1)
  }
  length += octets.copy(joined, length, start, end)
  return joined.toString('latin1', 0, length)
}

function lengthWithoutLastLineEnd(octets: Uint8Array): number {
  const { length } = octets
  if (length === 0 || octets[length - 1] !== LF) return length
  return length > 1 && octets[length - 2] === CR ? length - 2 : length - 1
}

function issuesOf(text: string, hadNul: boolean): ReceivedIssue[] {
  const issues: ReceivedIssue[] = []
  if (hadNul) issues.push({ position: 0, message: 'NUL is dropped' })
  const control = text.search(/[\x01-\x08\x0a-\x1f\x7f]/)
  if (control !== -1) issues.push({ position: control, message: 'a control character or a bare line end' })
  const beyond = text.search(/[\x80-\xff]/)
  if (beyond !== -1 && decodeOctets(text) === text)
    issues.push({ position: beyond, message: 'octets that are not UTF-8' })
  return issues
}
