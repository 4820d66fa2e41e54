/**
 * A structured field's text cut into words, comments and semicolons (RFC 5322 3.2): one pass, linear in its length,
 * nothing lost. Where a comment, a quoted string, [ ] or < > is not closed, or a ) closes nothing, the rest is one
 * `unread` part: nobody can say what in it stands outside of comments.
 */
import type { ReceivedIssue } from './types.js'

/** A word holds its quoted strings, [ ] and < >; a comment its parentheses. */
export type PartKind = 'word' | 'comment' | 'semicolon' | 'unread'
const kinds: readonly PartKind[] = ['word', 'comment', 'semicolon', 'unread']
const word = 0
const comment = 1
const semicolonPart = 2
const unread = 3

/**
 * The parts of a text in order, by their numbers from 0; between them stand blanks only. They are kept as numbers:
 * a field has some 25 and is read in a few microseconds.
 */
export class Parts {
  readonly count: number
  private readonly saids: (string | undefined)[] = []

  constructor(
    readonly text: string,
    /** Kind, start and end of each part. */
    private readonly cuts: readonly number[],
    /** Why the last part is unread; null where none is. */
    readonly trouble: ReceivedIssue | null,
  ) {
    this.count = cuts.length / 3
  }

  /** Undefined behind the last one. */
  kind(part: number): PartKind | undefined {
    return part < this.count ? kinds[this.cuts[part * 3] ?? unread] : undefined
  }

  isWord(part: number): boolean {
    return part < this.count && this.cuts[part * 3] === word
  }

  isComment(part: number): boolean {
    return part < this.count && this.cuts[part * 3] === comment
  }

  /** Offsets in the text; its length behind the last part. */
  start(part: number): number {
    return part < this.count ? (this.cuts[part * 3 + 1] ?? 0) : this.text.length
  }

  end(part: number): number {
    return part < this.count ? (this.cuts[part * 3 + 2] ?? 0) : this.text.length
  }

  textOf(part: number): string {
    return this.text.slice(this.start(part), this.end(part))
  }

  /** What a comment says at its own depth. */
  said(part: number): string {
    return (this.saids[part] ??= commentText(this.textOf(part)))
  }
}

/** What is read of one field at most: characters, parts, comments. */
export const caps = { length: 65_536, parts: 2_000, comments: 500 }

/** What a character may begin or end; every character that is none of these is plain. */
const plain = 0
const blank = 1
const semicolon = 2
const open = 3
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
function markAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 256 ? (marks[code] ?? plain) : plain
}

/** Cuts what stands from `start` on; any text will do, nothing is thrown. */
export function splitParts(text: string, start = 0): Parts {
  const cuts: number[] = []
  const { length } = text
  let comments = 0
  let at = skipBlanks(text, start)
  while (at < length) {
    const mark = markAt(text, at)
    let kind = word
    let end = at + 1
    if (mark === open) {
      kind = comment
      comments++
      end = endOfComment(text, at)
    } else if (mark === semicolon) kind = semicolonPart
    else end = endOfWord(text, at)
    if (end < 0 || isOverCaps(end - start, cuts.length, comments)) {
      cuts.push(unread, at, length)
      return new Parts(text, cuts, end < 0 ? troubleAt(text, ~end) : capAt(at, end - start, comments))
    }
    cuts.push(kind, at, end)
    at = skipBlanks(text, end)
  }
  return new Parts(text, cuts, null)
}

function isOverCaps(length: number, cuts: number, comments: number): boolean {
  return length > caps.length || cuts >= caps.parts * 3 || comments > caps.comments
}

function capAt(position: number, length: number, comments: number): ReceivedIssue {
  if (length > caps.length) return { position, message: `only the first ${caps.length} characters are read` }
  if (comments > caps.comments) return { position, message: `only the first ${caps.comments} comments are read` }
  return { position, message: `only the first ${caps.parts} parts are read` }
}

function troubleAt(text: string, position: number): ReceivedIssue {
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
function endOfWord(text: string, start: number): number {
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

// RFC 5322 3.2.2: comments nest, and a backslash quotes the next character
function endOfComment(text: string, start: number): number {
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

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && markAt(text, at) === blank) at++
  return at
}

/**
 * What a comment says at its own depth: without its parentheses and inner comments, backslashes resolved, blanks
 * collapsed.
 */
export function commentText(comment: string): string {
  const inner = comment.slice(1, -1)
  if (!/[(\\\t\r\n]| {2}|^ | $/.test(inner)) return inner
  let depth = 0
  let said = ''
  for (let at = 0; at < comment.length; at++) {
    const character = comment[at]
    if (character === '(') depth++
    else if (character === ')') depth--
    else if (depth === 1) said += (character === '\\' ? comment[++at] : character) ?? ''
    else if (character === '\\') at++
  }
  return said.replace(/\s+/g, ' ').trim()
}
