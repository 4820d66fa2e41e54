/**
 * What in a Received field is not as RFC 5321 4.4 has it: the grammar's own view, apart from what the field means.
 */
import { isAtom, isDotAtom, isHelo, isPlainPath } from './atoms.js'
import { type Clause, type Clauses, type Keyword, keywords } from './clauses.js'
import { isAddressDisputed } from './from.js'
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
  readonly what: string
  /** Beside an atom. */
  readonly pattern?: RegExp
}

const values: Readonly<Record<Exclude<Keyword, 'from' | 'by'>, Value>> = {
  via: { what: 'an atom' },
  with: { what: 'an atom' },
  id: { what: 'an atom or a msg-id', pattern: /^<[^<>@\s]+@[^<>\s]+>$/ },
  // RFC 5321 4.1.1.3: postmaster may stand alone
  for: {
    what: 'one path or mailbox',
    pattern: new RegExp(`^(?:<(?:${sourceRoute})?${mailbox}>|<postmaster>|${mailbox})$`, 'i'),
  },
  // RFC 5321 4.4: String = Atom / Quoted-string
  tls: { what: 'an atom or a quoted string', pattern: new RegExp(`^${quotedString}$`) },
}

/** Notes what is not in order. */
type Sink = ReceivedIssue[]

/**
 * Adds everything about the clauses that does not fit to `issues`; the date is not looked at. `start`: where the
 * field's body begins.
 */
export function addClauseIssues(clauses: Clauses, start: number, issues: Sink): void {
  const { parts, all } = clauses
  const first = all[0]?.part ?? clauses.end
  for (let at = 0; at < first; at++) {
    if (!parts.isWord(at)) continue
    issues.push({ position: parts.start(at), message: 'words stand before the first clause' })
    break
  }
  if (!clauses.firsts.from) issues.push({ position: start, message: 'no from clause' })
  if (!clauses.firsts.by) issues.push({ position: start, message: 'no by clause' })
  addSequenceIssues(clauses, issues)
  for (const clause of all) addValueIssues(clauses, clause, issues)
  const from = clauses.firsts.from
  if (from && clauses.comments(from).length > 1 && isAddressDisputed(clauses))
    issues.push({ position: parts.start(from.part), message: 'comments give different addresses of the client' })
}

// RFC 5321 4.4: from, by, via, with, id, for, each once
function addSequenceIssues(clauses: Clauses, issues: Sink): void {
  let latest = 0
  for (const clause of clauses.all) {
    const { keyword, part } = clause
    if (part > 0 && clauses.parts.kind(part - 1) === 'semicolon')
      issues.push({ position: clauses.parts.start(part - 1), message: 'a ; stands between clauses' })
    const rank = keywords.indexOf(keyword)
    const isFirst = clauses.firsts[keyword] === clause
    if (isFirst && rank >= latest) latest = rank
    else {
      const what = isFirst ? `stands behind ${keywords[latest]}` : 'stands more than once: the first one counts'
      issues.push({ position: clauses.parts.start(part), message: `${keyword} ${what}` })
    }
  }
}

function addValueIssues(clauses: Clauses, clause: Clause, issues: Sink): void {
  const { parts } = clauses
  const { keyword, part } = clause
  const value = clauses.word(clause)
  const second = value === -1 ? -1 : clauses.word(clause, 1)
  if (second !== -1) issues.push({ position: parts.start(second), message: `more words than one after ${keyword}` })
  if (value === -1) {
    issues.push({ position: parts.start(part), message: `nothing stands after ${keyword}` })
  } else if (value > part + 1) {
    const message = `a comment stands between ${keyword} and its value`
    issues.push({ position: parts.start(part + 1), message })
  } else {
    const what = expectedInstead(clauses, clause, value)
    if (what !== null)
      issues.push({ position: parts.start(value), message: `the word after ${keyword} is not ${what}` })
  }
}

function expectedInstead(clauses: Clauses, clause: Clause, part: number): string | null {
  const { keyword } = clause
  const { text } = clauses.parts
  const start = clauses.parts.start(part)
  const end = clauses.parts.end(part)
  if (keyword !== 'from' && keyword !== 'by') {
    const { what, pattern } = values[keyword]
    if (keyword === 'for' ? isPlainPath(text, start, end) : isAtom(text, start, end)) return null
    return pattern?.test(text.slice(start, end)) ? null : what
  }
  const isClient = keyword === 'from'
  if (isClient ? isHelo(text, start, end) : isDotAtom(text, start, end)) return null
  const word = text.slice(start, end)
  const isLiteral = isAddressLiteral(word) || (isClient && isAddressLiteral(word.replace('[', '[IPv6:')))
  if (!isLiteral) return 'a domain or an address literal'
  // RFC 5321 4.4: Extended-Domain = Domain / ( Domain FWS "(" TCP-info ")" ) / ( address-literal FWS "(" TCP-info ")" )
  if (isTcpInfo(clauses.comments(clause)[0] ?? '')) return null
  return 'a domain, and no TCP-info stands beside the address literal'
}

function isTcpInfo(comment: string): boolean {
  const words = comment.split(' ')
  return words.length <= 2 && isAddressLiteral(words.at(-1) ?? '') && readNote(comment).tcp !== null
}
