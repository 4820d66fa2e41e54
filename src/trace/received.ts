/**
 * Reads one Received field, whoever wrote it. It never throws and never guesses silently: what is not as RFC 5321 4.4
 * has it is an issue. What is read is what the field says, no more: a forged field can be perfectly well formed.
 */
import { type Clauses, splitClauses } from './clauses.js'
import { addClauseIssues } from './conformance.js'
import { readDated } from './dated.js'
import type { Dialect } from './dialects/dialect.js'
import { dialectOf } from './dialects/dialects.js'
import { isOfClient, isTelling, readTls, saysAuthenticated, saysEncrypted } from './encryption.js'
import { readLeading, readSaid } from './from.js'
import { decodeOctets, unfold } from './octets.js'
import { readWith, type Said } from './protocol.js'
import { readReversePath, withoutAngles } from './reverse-path.js'
import { addressIn, addressNoted } from './tcp-info.js'
import type { Received, ReceivedBy, ReceivedFrom, ReceivedIssue, ReceivedWith, RepeatedClause } from './types.js'

type Decode = (octets: string) => string

/**
 * Reads a field with its name or without, folded or not. A string stands for its UTF-8 octets. What the field does
 * not tell, or does not tell in a way that this reader understands, is null. The first of several clauses of a kind
 * counts; the others are `repeated`.
 */
export function readReceived(input: string | Uint8Array): Received {
  const raw = typeof input === 'string' ? Buffer.from(input) : input
  const { text, eightBit, issues } = unfold(raw)
  const decode: Decode = eightBit ? decodeOctets : asIs
  const start = lengthOfName(text)
  const split = splitClauses(text, start)
  if (split.parts.trouble) issues.push(split.parts.trouble)
  const { clauses, date } = readDated(split, decode, issues)
  addClauseIssues(clauses, start, issues)
  const protocol = protocolOf(clauses)
  const dialect = dialectOf({ clauses, protocol, date })
  const comments = tellingComments(clauses)
  const tls = readTls(clauses, protocol, comments)
  return {
    from: fromOf(clauses, dialect, decode),
    by: byOf(clauses, decode),
    via: decode(clauses.words(clauses.firsts.via)) || null,
    with: withOf(
      protocol,
      {
        tls: tls !== null || saysEncrypted(clauses, comments),
        auth: saysAuthenticated(comments),
        says3848: dialect?.says3848 === true,
      },
      decode,
    ),
    tls,
    id: pathOf(clauses.value('id'), decode),
    for: pathOf(clauses.value('for')?.replace(/,$/, ''), decode),
    envelopeFrom: pathOf(readReversePath(clauses, comments), decode),
    date,
    dialect: dialect?.name ?? (issues.length === 0 ? 'rfc5321' : null),
    repeated: repeatedIn(clauses, decode),
    raw,
    issues: inOrder(issues),
  }
}

function asIs(octets: string): string {
  return octets
}

const name = /^received[ \t]*:/i

function lengthOfName(text: string): number {
  if (text.startsWith('Received:')) return 9
  return name.exec(text)?.[0].length ?? 0
}

/** Behind the date stands a zone's name, and seldom more. */
const longestZone = 8

function tellingComments(clauses: Clauses): string[] {
  const { parts, end } = clauses
  const from = clauses.firsts.from
  const telling: string[] = []
  for (let at = 0; at < parts.count; at++) {
    if (!parts.isComment(at) || (at > end && parts.end(at) - parts.start(at) <= longestZone)) continue
    const said = parts.said(at)
    if (!isTelling(said)) continue
    if (from && at > from.part && at < from.end && isOfClient(said)) continue
    telling.push(said)
  }
  return telling
}

const prefix = 'with '

function protocolOf(clauses: Clauses): string {
  const clause = clauses.firsts.with
  return clause ? prefix + clauses.words(clause) : ''
}

function withOf(protocol: string, said: Said, decode: Decode): ReceivedWith | null {
  return protocol.length > prefix.length ? readWith(decode(protocol.slice(prefix.length)), said) : null
}

function pathOf(word: string | null | undefined, decode: Decode): string | null {
  return word === undefined || word === null ? null : decode(withoutAngles(word))
}

function fromOf(clauses: Clauses, dialect: Dialect | null, decode: Decode): ReceivedFrom {
  const comment = clauses.firsts.from ? undefined : clauses.leading()[0]
  const from = comment === undefined ? (dialect?.from ?? readSaid)(clauses) : readLeading(comment)
  if (decode === asIs) return from
  const { helo, name: known, address, ident } = from
  return { helo: helo && decode(helo), name: known && decode(known), address, ident: ident && decode(ident) }
}

function byOf(clauses: Clauses, decode: Decode): ReceivedBy {
  const word = clauses.value('by') ?? null
  const comment = clauses.comments(clauses.firsts.by)[0]
  const noted = comment === undefined ? null : addressNoted(comment)
  // Obtuse smtpd: by mail.example.com, id
  const told = word?.endsWith(',') ? word.slice(0, -1) : word
  return { name: told && decode(told), address: noted ?? (word === null ? null : addressIn(word)) }
}

function repeatedIn(clauses: Clauses, decode: Decode): RepeatedClause[] {
  const repeated: RepeatedClause[] = []
  const { parts, all } = clauses
  for (const clause of all) {
    if (clauses.firsts[clause.keyword] === clause) continue
    const text = parts.text.slice(parts.end(clause.part), parts.end(clause.end - 1)).trim()
    repeated.push({ clause: clause.keyword, position: parts.start(clause.part), text: decode(text) })
  }
  return repeated
}

function inOrder(issues: ReceivedIssue[]): ReceivedIssue[] {
  return issues.length < 2 ? issues : issues.toSorted((one, other) => one.position - other.position)
}
