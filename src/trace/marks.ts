/**
 * Characters that begin or end something in a structured field (RFC 5322 3.2), and where what they begin ends. Each
 * character is looked at once.
 */
import type { ReceivedIssue } from './types.js'

/** What a character may begin or end. (A const enum: these are compared at every character.) */
const enum Mark {
  /** Everything that is none of the others, every character beyond octets too. */
  plain,
  blank,
  semicolon,
  open,
  close,
  quote,
  bracket,
  angle,
  backslash,
}

const marks = new Uint8Array(256)
for (const [character, mark] of [
  [' ', Mark.blank],
  ['\t', Mark.blank],
  ['\r', Mark.blank],
  ['\n', Mark.blank],
  [';', Mark.semicolon],
  ['(', Mark.open],
  [')', Mark.close],
  ['"', Mark.quote],
  ['[', Mark.bracket],
  ['<', Mark.angle],
  ['\\', Mark.backslash],
] as const)
  marks[character.charCodeAt(0)] = mark

/** Within the text: asked beyond its end, V8 makes every such question slower. */
function markAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 256 ? (marks[code] ?? Mark.plain) : Mark.plain
}

/** What kind of part begins at `at`. */
export function kindAt(text: string, at: number): 'word' | 'comment' | 'semicolon' {
  const mark = markAt(text, at)
  if (mark === Mark.open) return 'comment'
  return mark === Mark.semicolon ? 'semicolon' : 'word'
}

/** Why what begins at `position` can't be read. */
export function troubleAt(text: string, position: number): ReceivedIssue {
  switch (markAt(text, position)) {
    case Mark.open:
      return { position, message: 'a comment is not closed' }
    case Mark.close:
      return { position, message: 'a ) closes no comment' }
    case Mark.quote:
      return { position, message: 'a quoted string is not closed' }
    case Mark.bracket:
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
    if (mark === Mark.plain || mark === Mark.backslash) {
      at++
      continue
    }
    if (mark === Mark.blank || mark === Mark.semicolon || mark === Mark.open) return at
    const end = mark === Mark.close ? -1 : endOfGroup(mark, text, at)
    if (end === -1) return ~at
    at = end
  }
  return at
}

/** The offset after the quoted string, [ ] or < > that begins at `at`; -1 where it is not closed. */
function endOfGroup(mark: number, text: string, at: number): number {
  if (mark === Mark.quote) return endOfQuotedString(text, at)
  return mark === Mark.bracket ? text.indexOf(']', at) + 1 || -1 : endOfAngle(text, at)
}

const BACKSLASH = 92
const QUOTE = 34
const RIGHT_ANGLE = 62

/** As `endOfWord`. RFC 5322 3.2.2: comments nest, and a backslash quotes the next character. */
export function endOfComment(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const mark = markAt(text, at)
    if (mark === Mark.open) depth++
    else if (mark === Mark.close && --depth === 0) return at + 1
    else if (mark === Mark.backslash) at++
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
  while (at < text.length && markAt(text, at) === Mark.blank) at++
  return at
}
