/**
 * Characters that begin or end something in a structured field (RFC 5322 3.2), and where what they begin ends. Each
 * character is looked at once.
 */
import type { ReceivedIssue } from './types.js'

/** What a character may begin or end; every character that is none of these is plain. */
const plain = 0
const blank = 1
export const semicolon = 2
export const open = 3
const close = 4
const quote = 5
const bracket = 6
const angle = 7

const marks = new Uint8Array(256)
for (const [character, mark] of [
  [' ', blank],
  ['\t', blank],
  ['\r', blank],
  ['\n', blank],
  [';', semicolon],
  ['(', open],
  [')', close],
  ['"', quote],
  ['[', bracket],
  ['<', angle],
] as const)
  marks[character.charCodeAt(0)] = mark

/** Within the text: asked beyond its end, V8 makes every such question slower. */
export function markAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 256 ? (marks[code] ?? plain) : plain
}

/** Why what begins at `position` can't be read. */
export function troubleAt(text: string, position: number): ReceivedIssue {
  switch (markAt(text, position)) {
    case open:
      return { position, message: 'a comment is not closed' }
    case close:
      return { position, message: 'a ) closes no comment' }
    case quote:
      return { position, message: 'a quoted string is not closed' }
    case bracket:
      return { position, message: 'a [ is not closed' }
    default:
      return { position, message: 'a < is not closed' }
  }
}

/** The offset behind the word; below 0, the complement of the offset of what is not closed or closes nothing. */
export function endOfWord(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const mark = markAt(text, at)
    if (mark === plain) {
      at++
      continue
    }
    if (mark === blank || mark === semicolon || mark === open) return at
    const end = mark === close ? -1 : endOfGroup(mark, text, at)
    if (end === -1) return ~at
    at = end
  }
  return at
}

/** The offset after the quoted string, [ ] or < > that begins at `at`; -1 where it is not closed. */
function endOfGroup(mark: number, text: string, at: number): number {
  if (mark === quote) return endOfQuotedString(text, at)
  return mark === bracket ? text.indexOf(']', at) + 1 || -1 : endOfAngle(text, at)
}

const BACKSLASH = 92
const QUOTE = 34
const RIGHT_ANGLE = 62

/** As `endOfWord`. RFC 5322 3.2.2: comments nest, and a backslash quotes the next character. */
export function endOfComment(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const mark = markAt(text, at)
    if (mark === open) depth++
    else if (mark === close && --depth === 0) return at + 1
    else if (text.charCodeAt(at) === BACKSLASH) at++
  }
  return ~start
}

// RFC 5322 3.2.4
function endOfQuotedString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at + 1
  }
  return -1
}

// RFC 5321 4.1.2: a path's local part may be a quoted string, and that may hold >
function endOfAngle(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === RIGHT_ANGLE) return at + 1
    at = code === QUOTE ? endOfQuotedString(text, at) : at + 1
    if (at === -1) return -1
  }
  return -1
}

export function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && markAt(text, at) === blank) at++
  return at
}
