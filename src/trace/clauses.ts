/**
 * A Received field's parts as its clauses (RFC 5321 4.4). Keywords count only outside of comments, quotes, < > and
 * [ ]; the word right after a keyword is its value, whatever it says; all clauses are kept, in order, and the reader
 * takes the first of a kind.
 */
import { type Parts, splitParts } from './parts.js'

// RFC 5321 4.4, in its order; tls is a registered clause (RFC 8314 4.3)
export const keywords = ['from', 'by', 'via', 'with', 'id', 'for', 'tls'] as const
export type Keyword = (typeof keywords)[number]

/** Numbers of parts: the keyword's own, and the first one behind the clause. */
export interface Clause {
  readonly keyword: Keyword
  readonly part: number
  readonly end: number
}

/** The first clause of each kind: the one that counts. */
type Firsts = Record<Keyword, Clause | undefined>

/** One field's clauses, and what of them its readers ask for. */
export class Clauses {
  readonly firsts: Readonly<Firsts>

  constructor(
    readonly parts: Parts,
    readonly all: readonly Clause[],
    /** The first part that belongs to no clause: a `;`, what can't be read, a date without `;`, or the end. */
    readonly end: number,
  ) {
    const firsts: Firsts = {
      from: undefined,
      by: undefined,
      via: undefined,
      with: undefined,
      id: undefined,
      for: undefined,
      tls: undefined,
    }
    for (const clause of all) firsts[clause.keyword] ??= clause
    this.firsts = firsts
  }

  /** Number of the part that is the clause's word so many words behind its keyword; -1 where there is none. */
  word({ part, end }: Clause, nth = 0): number {
    if (nth === 0 && part + 1 < end && this.parts.isWord(part + 1)) return part + 1
    let left = nth
    for (let at = part + 1; at < end; at++) if (this.parts.isWord(at) && left-- === 0) return at
    return -1
  }

  /** The value: the first word of the first clause of a kind. */
  value(keyword: Keyword, nth = 0): string | undefined {
    const clause = this.firsts[keyword]
    const word = clause ? this.word(clause, nth) : -1
    return word === -1 ? undefined : this.parts.textOf(word)
  }

  /** All words of a clause with one blank between them; empty where it has none. */
  words(clause: Clause | undefined): string {
    return clause ? this.parts.words(clause.part + 1, clause.end) : ''
  }

  /** What the comments of a clause say, in order. */
  comments(clause: Clause | undefined): string[] {
    return clause ? this.commentsBetween(clause.part + 1, clause.end) : []
  }

  /** Those in front of the first clause. */
  leading(): string[] {
    return this.commentsBetween(0, this.all[0]?.part ?? this.end)
  }

  private commentsBetween(part: number, end: number): string[] {
    const said: string[] = []
    for (let at = part; at < end; at++) if (this.parts.isComment(at)) said.push(this.parts.said(at))
    return said
  }

  /** Without what stands from a part on. */
  until(end: number): Clauses {
    return new Clauses(
      this.parts,
      this.all.map(clause => ({ ...clause, end: Math.min(clause.end, end) })),
      end,
    )
  }
}

/** Reads the text from `start` on; any text will do, nothing is thrown. Linear in its length. */
export function splitClauses(text: string, start = 0): Clauses {
  const parts = splitParts(text, start)
  const found: { keyword: Keyword; part: number; end: number }[] = []
  let open: { end: number } | undefined
  let awaitsValue = false
  let at = 0
  for (; at < parts.count; at++) {
    if (parts.isWord(at)) {
      const keyword: Keyword | undefined = awaitsValue ? undefined : keywordAt(parts, at)
      awaitsValue = keyword !== undefined
      if (keyword) {
        const clause = { keyword, part: at, end: parts.count }
        if (open) open.end = at
        open = clause
        found.push(clause)
      }
    } else if (parts.isComment(at)) awaitsValue = false
    else if (!goesOn(parts, at, found)) break
  }
  if (open) open.end = at
  return new Clauses(parts, found, at)
}

/** OpenSMTPD once wrote a `;` behind each clause: it ends nothing where a clause follows that did not stand before. */
function goesOn(parts: Parts, semicolon: number, found: readonly Clause[]): boolean {
  if (parts.kind(semicolon) !== 'semicolon' || !parts.isWord(semicolon + 1)) return false
  const keyword = keywordAt(parts, semicolon + 1)
  return keyword !== undefined && found.every(clause => clause.keyword !== keyword)
}

const byLength: readonly (readonly Keyword[])[] = [2, 3, 4].map(length =>
  keywords.filter(word => word.length === length),
)
const Z = 90

/** Undefined where the word is none; RFC 5234 2.3: literals of a grammar are case-insensitive. */
export function keywordAt(parts: Parts, part: number): Keyword | undefined {
  const start = parts.start(part)
  const candidates = byLength[parts.end(part) - start - 2]
  if (!candidates) return undefined
  for (const keyword of candidates) if (parts.text.startsWith(keyword, start)) return keyword
  if (parts.text.charCodeAt(start) > Z && parts.text.charCodeAt(start + 1) > Z) return undefined
  const word = parts.textOf(part)
  // TLS in capitals is a word of Microsoft's: over TLS secured channel
  return word === 'TLS' ? undefined : candidates.find(keyword => keyword === word.toLowerCase())
}
