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
  const end = lengthWithoutLastLineEnd(octets)
  const kept = Buffer.allocUnsafe(end)
  const [notes, length] = copyUnfolded(octets, end, kept)
  const text = kept.toString('latin1', 0, length)
  const eightBit = notes.eightBit !== -1
  const issues: ReceivedIssue[] = []
  if (notes.hasNul) issues.push({ position: 0, message: 'NUL is dropped' })
  if (notes.control !== -1) issues.push({ position: notes.control, message: 'a control character or a bare line end' })
  if (eightBit && decodeOctets(text) === text)
    issues.push({ position: notes.eightBit, message: 'octets that are not UTF-8' })
  return { text, eightBit, issues }
}

/** Positions in the unfolded text, -1 for none. */
interface Notes {
  hasNul: boolean
  control: number
  eightBit: number
}

function copyUnfolded(octets: Uint8Array, end: number, kept: Uint8Array): [notes: Notes, length: number] {
  const notes: Notes = { hasNul: false, control: -1, eightBit: -1 }
  let length = 0
  for (let at = 0; at < end; at++) {
    const octet = octets[at] ?? NUL
    if (octet >= SPACE && octet < DEL) kept[length++] = octet
    else if (octet === NUL) notes.hasNul = true
    else if (isFold(octets, at, end)) continue
    else {
      if (octet > DEL) {
        if (notes.eightBit === -1) notes.eightBit = length
      } else if (octet !== TAB && notes.control === -1) notes.control = length
      kept[length++] = octet
    }
  }
  return [notes, length]
}

/** True for the CR or LF of a line end with a blank behind it; NUL counts for nothing. */
function isFold(octets: Uint8Array, at: number, end: number): boolean {
  let next = afterNul(octets, at)
  if (octets[at] === CR && next < end && octets[next] === LF) next = afterNul(octets, next)
  else if (octets[at] !== LF) return false
  return next < end && (octets[next] === SPACE || octets[next] === TAB)
}

function afterNul(octets: Uint8Array, at: number): number {
  let next = at + 1
  while (octets[next] === NUL) next++
  return next
}

function lengthWithoutLastLineEnd(octets: Uint8Array): number {
  let last = octets.length - 1
  while (octets[last] === NUL) last--
  if (octets[last] !== LF) return octets.length
  let before = last - 1
  while (octets[before] === NUL) before--
  return octets[before] === CR ? before : last
}
