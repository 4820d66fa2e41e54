/**
 * A structured field's text cut into words, comments and semicolons (RFC 5322 3.2): one pass, linear in its length,
 * nothing lost. Where a comment, a quoted string, [ ] or < > is not closed, or a ) closes nothing, the rest is one
 * `unread` part: nobody can say what in it stands outside of comments.
 */
import type { ReceivedIssue } from './types.js'

export interface Part {
  /** A word holds its quoted strings, [ ] and < >; a comment its parentheses. */
  readonly kind: 'word' | 'comment' | 'semicolon' | 'unread'
  /** Offsets in the whole text. */
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface Parts {
  /** In order; between them stand blanks only. */
  readonly parts: readonly Part[]
  readonly issues: readonly ReceivedIssue[]
}

/** What is read of one field at most: characters, parts, comments. */
export const caps = { length: 65_536, parts: 2_000, comments: 500 }

type Cut = Pick<Part, 'kind' | 'end'> | { readonly kind: 'trouble'; readonly trouble: ReceivedIssue }

const unclosed = new Map([
  ['"', 'a quoted string is not closed'],
  ['[', 'a [ is not closed'],
  ['<', 'a < is not closed'],
])

/** Cuts what stands from `start` on; any text will do, nothing is thrown. */
export function splitParts(text: string, start = 0): Parts {
  const parts: Part[] = []
  let comments = 0
  let at = skipBlanks(text, start)
  while (at < text.length) {
    const cut = cutAt(text, at)
    if (cut.kind === 'comment') comments++
    const trouble = cut.kind === 'trouble' ? cut.trouble : overCaps(at, cut.end - start, parts.length, comments)
    if (cut.kind === 'trouble' || trouble) {
      parts.push({ kind: 'unread', start: at, end: text.length, text: text.slice(at) })
      return { parts, issues: trouble ? [trouble] : [] }
    }
    parts.push({ kind: cut.kind, start: at, end: cut.end, text: text.slice(at, cut.end) })
    at = skipBlanks(text, cut.end)
  }
  return { parts, issues: [] }
}

function overCaps(position: number, length: number, parts: number, comments: number): ReceivedIssue | null {
  if (length > caps.length) return { position, message: `only the first ${caps.length} characters are read` }
  if (parts >= caps.parts) return { position, message: `only the first ${caps.parts} parts are read` }
  if (comments > caps.comments) return { position, message: `only the first ${caps.comments} comments are read` }
  return null
}

function cutAt(text: string, start: number): Cut {
  const first = text[start]
  if (first === ';') return { kind: 'semicolon', end: start + 1 }
  if (first !== '(') return cutWord(text, start)
  const end = endOfComment(text, start)
  if (end === -1) return { kind: 'trouble', trouble: { position: start, message: 'a comment is not closed' } }
  return { kind: 'comment', end }
}

function cutWord(text: string, start: number): Cut {
  let at = start
  while (at < text.length && !endsWord(text[at])) {
    const first = text[at] ?? ''
    if (first === ')') return { kind: 'trouble', trouble: { position: at, message: 'a ) closes no comment' } }
    const end = endOfGroup(text, at)
    if (end === -1) return { kind: 'trouble', trouble: { position: at, message: unclosed.get(first) ?? '' } }
    at = end
  }
  return { kind: 'word', end: at }
}

/**
 * The offset after the quoted string, [ ] or < > that begins at `at`, or after the one character; -1 where it is not
 * closed.
 */
function endOfGroup(text: string, at: number): number {
  switch (text[at]) {
    case '"':
      return endOfQuotedString(text, at)
    case '[':
      return text.indexOf(']', at) + 1 || -1
    case '<':
      return endOfAngle(text, at)
    default:
      return at + 1
  }
}

// RFC 5322 3.2.2: comments nest, and a backslash quotes the next character
function endOfComment(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return at + 1
  }
  return -1
}

// RFC 5322 3.2.4
function endOfQuotedString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return -1
}

// RFC 5321 4.1.2: a path's local part may be a quoted string, and that may hold >
function endOfAngle(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    if (text[at] === '>') return at + 1
    at = text[at] === '"' ? endOfQuotedString(text, at) : at + 1
    if (at === -1) return -1
  }
  return -1
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (isBlank(text[at])) at++
  return at
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

function endsWord(character: string | undefined): boolean {
  return isBlank(character) || character === '(' || character === ';'
}

/**
 * What a comment says at its own depth: without its parentheses and inner comments, backslashes resolved, blanks
 * collapsed.
 */
export function commentText(comment: string): string {
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
