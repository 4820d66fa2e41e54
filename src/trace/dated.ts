/**
 * A Received field's clauses and its date-time, which stands behind the `;` (RFC 5321 4.4), or where there is none,
 * behind the last clause.
 */
import { type Clauses, keywordAt } from './clauses.js'
import { type DateReading, examineDate, readDate } from './date.js'
import type { ReceivedDate, ReceivedIssue } from './types.js'

export interface Dated {
  /** Without the words of the date. */
  readonly clauses: Clauses
  readonly date: ReceivedDate | null
}

/** Adds to `issues` what is not in order. */
export function readDated(clauses: Clauses, decode: (octets: string) => string, issues: ReceivedIssue[]): Dated {
  const { parts, end } = clauses
  if (parts.kind(end) !== 'semicolon') return readUnmarked(clauses, decode, issues)
  let position = parts.end(end)
  let reading = examineDate(segmentAt(clauses, end, decode))
  // Courier once wrote its id behind the date
  if (!reading.date) reading = withWordsBehind(beforeKeyword(clauses, end, decode)) ?? reading
  const second = nextSemicolon(clauses, end)
  if (second < parts.count) issues.push({ position: parts.start(second), message: 'more than one ;' })
  // several `;`: the first date behind one counts
  for (let at = second; at < parts.count && !reading.date; at = nextSemicolon(clauses, at)) {
    const other = examineDate(segmentAt(clauses, at, decode))
    if (other.date) [reading, position] = [other, parts.end(at)]
  }
  if (reading.issue !== null) issues.push({ position, message: reading.issue })
  return { clauses, date: reading.date }
}

/** The text between a `;` and the next one, or what can't be read. */
function segmentAt(clauses: Clauses, semicolon: number, decode: (octets: string) => string): string {
  return decode(textBehind(clauses, semicolon, () => false))
}

/** The text between a `;` and the first keyword behind it. */
function beforeKeyword(clauses: Clauses, semicolon: number, decode: (octets: string) => string): string {
  return decode(textBehind(clauses, semicolon, part => keywordAt(clauses.parts, part) !== undefined).trimEnd())
}

/** Up to the first part that is neither word nor comment, or a word that ends it. */
function textBehind({ parts }: Clauses, semicolon: number, endsIt: (word: number) => boolean): string {
  let next = semicolon + 1
  while ((parts.isWord(next) && !endsIt(next)) || parts.isComment(next)) next++
  return parts.text.slice(parts.end(semicolon), parts.start(next))
}

function withWordsBehind(text: string): DateReading | null {
  const { date } = examineDate(text)
  return date && { date, issue: 'words stand behind the date' }
}

function nextSemicolon({ parts }: Clauses, after: number): number {
  let at = after + 1
  while (at < parts.count && parts.kind(at) !== 'semicolon') at++
  return at
}

/** SendGrid writes no `;`: the date stands behind the last clause's value. */
function readUnmarked(clauses: Clauses, decode: (octets: string) => string, issues: ReceivedIssue[]): Dated {
  const { parts } = clauses
  const last = clauses.all.at(-1)
  const start = last ? clauses.word(last, 1) : -1
  const date = start === -1 ? null : readDate(decode(parts.text.slice(parts.start(start), parts.end(clauses.end - 1))))
  if (!date) {
    issues.push({ position: parts.text.length, message: 'no ; and no date' })
    return { clauses, date }
  }
  issues.push({ position: parts.start(start), message: 'no ; stands before the date' })
  return { clauses: clauses.until(start), date }
}
