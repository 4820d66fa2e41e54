/**
 * A structured field's text cut into words, comments and semicolons (RFC 5322 3.2): one pass, linear in its length,
 * nothing lost. Where a comment, a quoted string, [ ] or < > is not closed, or a ) closes nothing, the rest is one
 * `unread` part: nobody can say what in it stands outside of comments.
 */
import { endOfComment, endOfWord, kindAt, skipBlanks, troubleAt } from './marks.js'
import type { ReceivedIssue } from './types.js'

/** A word holds its quoted strings, [ ] and < >; a comment its parentheses. */
export type PartKind = 'word' | 'comment' | 'semicolon' | 'unread'
const enum Kind {
  word,
  comment,
  semicolon,
  unread,
}
const names: readonly PartKind[] = ['word', 'comment', 'semicolon', 'unread']

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
    return part < this.count ? names[this.cuts[part * 3] ?? Kind.unread] : undefined
  }

  isWord(part: number): boolean {
    return part < this.count && this.cuts[part * 3] === Kind.word
  }

  isComment(part: number): boolean {
    return part < this.count && this.cuts[part * 3] === Kind.comment
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

  /** All words from one part to another, one blank between them; empty where there are none. */
  words(first: number, end: number): string {
    let text = ''
    for (let at = first; at < end; at++)
      if (this.isWord(at)) text += text === '' ? this.textOf(at) : ` ${this.textOf(at)}`
    return text
  }

  /** What a comment says at its own depth. */
  said(part: number): string {
    return (this.saids[part] ??= commentText(this.textOf(part)))
  }
}

/** What is read of one field at most: characters, parts, comments. */
export const caps = { length: 65_536, parts: 2_000, comments: 500 }

/** Cuts what stands from `start` on; any text will do, nothing is thrown. */
export function splitParts(text: string, start = 0): Parts {
  const cuts: number[] = []
  const { length } = text
  let comments = 0
  let at = skipBlanks(text, start)
  while (at < length) {
    const name = kindAt(text, at)
    let kind = Kind.word
    let end = at + 1
    if (name === 'comment') {
      kind = Kind.comment
      comments++
      end = endOfComment(text, at)
    } else if (name === 'semicolon') kind = Kind.semicolon
    else end = endOfWord(text, at)
    if (end < 0 || isOverCaps(end - start, cuts.length, comments)) {
      cuts.push(Kind.unread, at, length)
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

/**
 * What a comment says at its own depth: without its parentheses and inner comments, backslashes resolved, blanks
 * collapsed.
 */
export function commentText(raw: string): string {
  const inner = raw.slice(1, -1)
  if (!/[(\\\t\r\n]| {2}|^ | $/.test(inner)) return inner
  let depth = 0
  let said = ''
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]
    if (character === '(') depth++
    else if (character === ')') depth--
    else if (depth === 1) said += (character === '\\' ? raw[++at] : character) ?? ''
    else if (character === '\\') at++
  }
  return said.replace(/\s+/g, ' ').trim()
}
