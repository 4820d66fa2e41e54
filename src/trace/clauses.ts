/**
 * A Received field's parts as its clauses (RFC 5321 4.4). Keywords count only outside of comments, quotes, < > and
 * [ ]; the word right after a keyword is its value, whatever it says; all clauses are kept, in order, and the reader
 * takes the first of a kind.
 */
import { type Part, splitParts } from './parts.js'
import type { ReceivedIssue } from './types.js'

// RFC 5321 4.4, in its order; tls is a registered clause (RFC 8314 4.3)
export const keywords = ['from', 'by', 'via', 'with', 'id', 'for', 'tls'] as const
export type Keyword = (typeof keywords)[number]

export interface Clause {
  readonly keyword: Keyword
  readonly position: number
  /** The value, and what stands behind it before the next keyword. */
  readonly words: readonly Part[]
  readonly comments: readonly Part[]
}

/** What stands behind a `;`, up to the next one. */
interface Segment {
  readonly position: number
  readonly text: string
}

export interface Clauses {
  readonly clauses: readonly Clause[]
  /** Words in front of the first keyword. */
  readonly strays: readonly Part[]
  /** One for each `;`: the first should be the date-time. */
  readonly segments: readonly Segment[]
  readonly issues: readonly ReceivedIssue[]
}

interface OpenClause extends Clause {
  readonly words: Part[]
  readonly comments: Part[]
}

/** Reads the text from `start` on; any text will do, nothing is thrown. Linear in its length. */
export function splitClauses(text: string, start = 0): Clauses {
  const { parts, issues } = splitParts(text, start)
  const semicolon = parts.findIndex(part => part.kind === 'semicolon')
  const head = semicolon === -1 ? parts : parts.slice(0, semicolon)
  const tail = semicolon === -1 ? [] : parts.slice(semicolon)
  return { ...groupClauses(head), segments: segmentsOf(text, tail), issues }
}

function groupClauses(parts: readonly Part[]): Pick<Clauses, 'clauses' | 'strays'> {
  const clauses: OpenClause[] = []
  const strays: Part[] = []
  let awaitsValue = false
  for (const part of parts) {
    const open = clauses.at(-1)
    const keyword: Keyword | undefined = part.kind === 'word' && !awaitsValue ? keywordOf(part.text) : undefined
    if (keyword) clauses.push({ keyword, position: part.start, words: [], comments: [] })
    else if (part.kind === 'word') (open?.words ?? strays).push(part)
    else if (part.kind === 'comment') open?.comments.push(part)
    awaitsValue = keyword !== undefined
  }
  return { clauses, strays }
}

function keywordOf(word: string): Keyword | undefined {
  // RFC 5234 2.3: literals of a grammar are case-insensitive
  const lower = word.length <= 4 ? word.toLowerCase() : word
  return keywords.find(keyword => keyword === lower)
}

function segmentsOf(text: string, tail: readonly Part[]): Segment[] {
  const ends = tail.filter(part => part.kind === 'semicolon' || part.kind === 'unread')
  return ends.flatMap(({ kind, end }, index) => {
    const position = end
    const next = ends[index + 1]?.start ?? text.length
    return kind === 'semicolon' ? [{ position, text: text.slice(position, next) }] : []
  })
}
