/**
 * Reads one Received field, whoever wrote it. It never throws and never guesses silently: what is not as RFC 5321 4.4
 * has it is an issue. What is read is what the field says, no more: a forged field can be perfectly well formed.
 */
import { type Clause, type Clauses, type Keyword, splitClauses } from './clauses.js'
import { clauseIssues } from './conformance.js'
import { examineDate, readDate } from './date.js'
import { readFrom } from './from.js'
import { decodeOctets, unfold } from './octets.js'
import { commentText } from './parts.js'
import { addressIn, readNote } from './tcp-info.js'
import type { Received, ReceivedBy, ReceivedDate, ReceivedFrom, ReceivedIssue } from './types.js'

/**
 * Reads a field with its name or without, folded or not. A string stands for its UTF-8 octets. What the field does
 * not tell, or does not tell in a way that this reader understands, is null. The first of several clauses of a kind
 * counts.
 */
export function readReceived(input: string | Uint8Array): Received {
  const raw = typeof input === 'string' ? Buffer.from(input) : input
  const { text, issues } = unfold(raw)
  const start = /^received[ \t]*:/i.exec(text)?.[0].length ?? 0
  const split = splitClauses(text, start)
  const dated = readDated(split, text)
  const words = (keyword: Keyword) => wordsOf(find(dated.clauses, keyword))
  const found = [
    ...issues,
    ...split.issues,
    ...dated.issues,
    ...clauseIssues({ ...split, clauses: dated.clauses }, start),
  ]
  return {
    from: fromOf(dated),
    by: byOf(find(dated.clauses, 'by')),
    via: words('via').join(' ') || null,
    with: withOf(words('with')),
    tls: null,
    id: withoutAngles(words('id')[0]),
    for: withoutAngles(words('for')[0]),
    envelopeFrom: null,
    date: dated.date,
    dialect: null,
    repeated: [],
    raw,
    issues: found.toSorted((one, other) => one.position - other.position),
  }
}

interface Dated {
  readonly clauses: readonly Clause[]
  readonly date: ReceivedDate | null
  readonly issues: readonly ReceivedIssue[]
}

function readDated({ clauses, segments }: Clauses, text: string): Dated {
  const readings = segments.map(({ position, text: said }) => ({ position, ...examineDate(decodeOctets(said)) }))
  // several `;`: the first date behind one counts
  const reading = readings.find(({ date }) => date) ?? readings[0]
  if (!reading) return readUnmarkedDate(clauses, text)
  const issues: ReceivedIssue[] = []
  if (readings[1]) issues.push({ position: readings[1].position - 1, message: 'more than one ;' })
  if (reading.issue !== null) issues.push({ position: reading.position, message: reading.issue })
  return { clauses, date: reading.date, issues }
}

// SendGrid writes no `;`: the date stands behind the last clause's value
function readUnmarkedDate(clauses: readonly Clause[], text: string): Dated {
  const last = clauses.at(-1)
  const [value, start, ...rest] = last?.words ?? []
  const end = rest.at(-1) ?? start
  const date = start && end ? readDate(decodeOctets(text.slice(start.start, end.end))) : null
  if (!last || !value || !start || !date) {
    return { clauses, date: null, issues: [{ position: text.length, message: 'no ; and no date' }] }
  }
  const issues = [{ position: start.start, message: 'no ; stands before the date' }]
  return { clauses: [...clauses.slice(0, -1), { ...last, words: [value] }], date, issues }
}

function fromOf({ clauses, date }: Dated): ReceivedFrom {
  const from = find(clauses, 'from')
  return readFrom({
    words: wordsOf(from),
    comments: commentsOf(from),
    with: wordsOf(find(clauses, 'with')).join(' '),
    otherComments: clauses.flatMap(clause => (clause.keyword === 'from' ? [] : commentsOf(clause))),
    date: date?.text ?? '',
  })
}

function byOf(clause: Clause | undefined): ReceivedBy {
  const [name = null] = wordsOf(clause)
  const [comment = ''] = commentsOf(clause)
  return { name, address: readNote(comment).tcp?.address ?? addressIn(name ?? '') }
}

function withOf(words: readonly string[]): Received['with'] {
  const [first] = words
  return first === undefined ? null : { text: words.join(' '), protocol: first.toUpperCase(), tls: null, auth: null }
}

function find(clauses: readonly Clause[], keyword: Keyword): Clause | undefined {
  return clauses.find(clause => clause.keyword === keyword)
}

function wordsOf(clause: Clause | undefined): string[] {
  return clause?.words.map(word => decodeOctets(word.text)) ?? []
}

function commentsOf(clause: Clause | undefined): string[] {
  return clause?.comments.map(comment => decodeOctets(commentText(comment.text))) ?? []
}

function withoutAngles(word: string | undefined): string | null {
  if (word === undefined) return null
  return word.startsWith('<') && word.endsWith('>') ? word.slice(1, -1) : word
}
