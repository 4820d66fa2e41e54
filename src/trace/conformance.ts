/**
 * What in a Received field is not as RFC 5321 4.4 has it: the grammar's own view, apart from what the field means.
 */
import { type Clause, type Clauses, type Keyword, keywords } from './clauses.js'
import { commentText } from './parts.js'
import { isAddressLiteral, readNote } from './tcp-info.js'
import type { ReceivedIssue } from './types.js'

// octets beyond ASCII are UTF-8 (RFC 6531 3.3), here one character each
const atext = String.raw`A-Za-z0-9!#$%&'*+/=?^_\x60{|}~\x80-\xff-`
const atom = `[${atext}]+`
// RFC 5322 3.2.3
const dotAtom = String.raw`${atom}(?:\.${atom})*`
const quotedString = String.raw`"(?:[^"\\]|\\.)*"`
const mailbox = String.raw`(?:${dotAtom}|${quotedString})@(?:${dotAtom}|\[[^[\]\s]+\])`
const sourceRoute = String.raw`@${dotAtom}(?:,@${dotAtom})*:`

interface Value {
  readonly pattern: RegExp
  readonly what: string
}

const values: Readonly<Record<Exclude<Keyword, 'from' | 'by'>, Value>> = {
  via: { pattern: new RegExp(`^${atom}$`), what: 'an atom' },
  with: { pattern: new RegExp(`^${atom}$`), what: 'an atom' },
  id: { pattern: new RegExp(String.raw`^(?:${atom}|<[^<>@\s]+@[^<>\s]+>)$`), what: 'an atom or a msg-id' },
  // RFC 5321 4.1.1.3: postmaster may stand alone
  for: {
    pattern: new RegExp(`^(?:<(?:${sourceRoute})?${mailbox}>|<postmaster>|${mailbox})$`, 'i'),
    what: 'one path or mailbox',
  },
  // RFC 5321 4.4: String = Atom / Quoted-string
  tls: { pattern: new RegExp(`^(?:${atom}|${quotedString})$`), what: 'an atom or a quoted string' },
}

// looser than a Domain: the client chooses its HELO, and a server that says what it said is not at fault
const heloPattern = new RegExp(`^[.:${atext}]+$`)
const domainPattern = new RegExp(`^${dotAtom}$`)

/**
 * Everything about the clauses that does not fit; the date is not looked at. `start`: where the field's body begins.
 */
export function clauseIssues({ clauses, strays }: Clauses, start: number): ReceivedIssue[] {
  const [stray] = strays
  return [
    ...(stray ? [{ position: stray.start, message: 'words stand before the first clause' }] : []),
    ...(['from', 'by'] as const).flatMap(keyword => missing(clauses, keyword, start)),
    ...sequenceIssues(clauses),
    ...clauses.flatMap(clause => [...surplus(clause), ...valueIssues(clause)]),
  ]
}

function missing(clauses: readonly Clause[], keyword: Keyword, start: number): ReceivedIssue[] {
  return clauses.some(clause => clause.keyword === keyword)
    ? []
    : [{ position: start, message: `no ${keyword} clause` }]
}

// RFC 5321 4.4: from, by, via, with, id, for, each once
function sequenceIssues(clauses: readonly Clause[]): ReceivedIssue[] {
  const seen = new Set<Keyword>()
  let latest = 0
  return clauses.flatMap(({ keyword, position }) => {
    if (seen.has(keyword)) return [{ position, message: `${keyword} stands more than once: the first one counts` }]
    seen.add(keyword)
    const rank = keywords.indexOf(keyword)
    if (rank < latest) return [{ position, message: `${keyword} stands behind ${keywords[latest]}` }]
    latest = rank
    return []
  })
}

function surplus({ keyword, words }: Clause): ReceivedIssue[] {
  const [, second] = words
  return second ? [{ position: second.start, message: `more words than one after ${keyword}` }] : []
}

function valueIssues(clause: Clause): ReceivedIssue[] {
  const { keyword, position, words, comments } = clause
  const [value] = words
  if (!value) return [{ position, message: `nothing stands after ${keyword}` }]
  const [comment] = comments
  if (comment && comment.start < value.start) {
    return [{ position: comment.start, message: `a comment stands between ${keyword} and its value` }]
  }
  const what = expectedInstead(clause, value.text)
  return what === null ? [] : [{ position: value.start, message: `the word after ${keyword} is not ${what}` }]
}

function expectedInstead({ keyword, comments }: Clause, value: string): string | null {
  if (keyword !== 'from' && keyword !== 'by') return values[keyword].pattern.test(value) ? null : values[keyword].what
  const isHelo = keyword === 'from'
  if ((isHelo ? heloPattern : domainPattern).test(value)) return null
  const isLiteral = isAddressLiteral(value) || (isHelo && isAddressLiteral(value.replace('[', '[IPv6:')))
  if (!isLiteral) return 'a domain or an address literal'
  // RFC 5321 4.4: Extended-Domain = Domain / ( Domain FWS "(" TCP-info ")" ) / ( address-literal FWS "(" TCP-info ")" )
  if (isTcpInfo(commentText(comments[0]?.text ?? ''))) return null
  return 'a domain, and no TCP-info stands beside the address literal'
}

function isTcpInfo(comment: string): boolean {
  const words = comment.split(' ')
  return words.length <= 2 && isAddressLiteral(words.at(-1) ?? '') && readNote(comment).tcp !== null
}
