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
const DEL = 127

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
  const { text, isPlain } = joinLines(octets)
  if (isPlain) return { text, eightBit: false, issues: [] }
  const hasNul = octets.includes(NUL)
  const kept = hasNul ? joinLines(octets.filter(octet => octet !== NUL)).text : text
  return { text: kept, eightBit: /[\x80-\xff]/.test(kept), issues: issuesOf(kept, hasNul) }
}

/** Where the octets of most fields are put together: nothing of them stays here. */
const desk = Buffer.alloc(65_536)

/** `isPlain`: false where anything but printable ASCII, blanks and folds stands there. */
function joinLines(octets: Uint8Array): { text: string; isPlain: boolean } {
  const end = lengthWithoutLastLineEnd(octets)
  const joined = end > desk.length ? Buffer.alloc(end) : desk
  let isPlain = true
  let length = 0
  for (let at = 0; at < end; at++) {
    const octet = octets[at] ?? NUL
    if (octet >= SPACE && octet < DEL) joined[length++] = octet
    else {
      const folded = lengthOfFold(octets, at, end)
      if (folded > 0) at += folded - 1
      else {
        joined[length++] = octet
        if (octet !== TAB) isPlain = false
      }
    }
  }
  return { text: joined.toString('latin1', 0, length), isPlain }
}

/** Octets of the line end at `at` that a blank follows; 0 where none is there. */
function lengthOfFold(octets: Uint8Array, at: number, end: number): number {
  const length = octets[at] === CR && at + 1 < end && octets[at + 1] === LF ? 2 : octets[at] === LF ? 1 : 0
  const next = length > 0 && at + length < end ? octets[at + length] : undefined
  return next === SPACE || next === TAB ? length : 0
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
