/**
 * What a server notes of the other side in a comment: its TCP connection (TCP-info, RFC 5321 4.4), and with some its
 * HELO and its user.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { canonicalAddress } from '../mail/address.js'

export interface TcpInfo {
  /** The reverse DNS name; null where none is given or it says unknown. */
  readonly name: string | null
  /** Canonical. */
  readonly address: string | null
  /** The user by the client's word (RFC 1413). */
  readonly ident: string | null
}

export interface Note {
  /** What the client said in HELO, where the comment tells: it is never taken for TCP-info. */
  readonly helo: string | null
  readonly tcp: TcpInfo | null
  readonly ident: string | null
}

/** A comment that notes nothing. */
export const nothing: Note = { helo: null, tcp: null, ident: null }

/**
 * The address that a word gives, canonical: bare or in [ ], with the tag IPv6: or without, with a port behind it
 * (`[192.0.2.1:25]`, `[192.0.2.1]:25`). Null where it gives none.
 */
export function addressIn(word: string): string | null {
  if (isIPv4(word)) return word
  if (!word.includes(':') && !word.includes('[')) return null
  const literal = /^\[{1,2}([^[\]]*)\](?::\d{1,5})?$/.exec(word)?.[1] ?? word
  const untagged = literal.replace(/^IPv6:/i, '')
  const portless = /^[\d.]+(?=:\d{1,5}$)/.exec(untagged)?.[0]
  return canonicalAddress(portless ?? untagged)
}

/** True for an address-literal as RFC 5321 4.1.3 has it: [192.0.2.1], [IPv6:2001:db8::1]. */
export function isAddressLiteral(word: string): boolean {
  if (!word.startsWith('[') || !word.endsWith(']')) return false
  return isIPv4(word.slice(1, -1)) || (/^\[IPv6:/i.test(word) && isIPv6(word.slice(6, -1)))
}

/**
 * Reads a comment's text. TCP-info: `name [address]`, `[address]`, `address`; Sendmail's `ident@name [address]`,
 * qmail's `ident@address`. HELO: `HELO x`, `account user HELO x`, `helo=x`, `[address]:port helo=x ident=y`.
 */
export function readNote(comment: string): Note {
  return readCommon(comment) ?? (hint.test(comment) ? readAnyNote(comment) : nothing)
}

/** What every note has in it that is not one of the common ones. */
const hint = /[[=@:]|[EHL][EH]LO /i

/** The address that a server notes of itself, canonical; null where the comment is none. */
export function addressNoted(comment: string): string | null {
  if (!/[[:]|(?:^|KumoMTA )[\d.]+$/.test(comment)) return null
  return readNote(comment.replace(/^KumoMTA /, '')).tcp?.address ?? null
}

/** `name [address]`, `[address]` and `address` with IPv4, which nearly all are; undefined for all else. */
function readCommon(comment: string): Note | undefined {
  if (!comment.endsWith(']')) return isIPv4(comment) ? noteOf(comment, null, null) : undefined
  const open = comment.lastIndexOf('[')
  const literal = comment.slice(open + 1, -1)
  if (!isIPv4(literal)) return undefined
  if (open === 0) return noteOf(literal, null, null)
  if (comment.indexOf(' ') !== open - 1) return undefined
  const told = comment.slice(0, open - 1)
  if (hostname.test(told)) return noteOf(literal, told, null)
  if (!/^[\w.-]+$/.test(told) || /^[EHL][EH]LO$/i.test(told)) return undefined
  return noteOf(literal, knownName(told), null)
}

/** A name that can't be taken for an address, or for the words that stand where there is none. */
const hostname = /^(?!(?:unknown|unverified|unknownhost|[ehl][eh]lo)$)(?:[\w-]+\.)*[a-z][\w-]*$/i

function noteOf(address: string, name: string | null, ident: string | null): Note {
  return { helo: null, tcp: { name, address, ident }, ident }
}

function readAnyNote(comment: string): Note {
  const words = comment.split(' ')
  const said = words.at(-1) ?? ''
  // Zimbra says LHLO (RFC 2033 4.1)
  if (/^(?:HELO|EHLO|LHLO)$/i.test(words.at(-2) ?? '')) return { ...nothing, helo: said }
  // ZMailer: [192.0.2.1]:41470 "EHLO a.example" rhost-flags-OK-OK-OK-OK
  const quoted = /^(\[[^[\]]*\]:\d+) "[EH][EH]LO ([^"]*)"/i.exec(comment)
  if (quoted) return { ...nothing, helo: quoted[2] ?? null, tcp: readLiteral(quoted[1] ?? '', '') }
  // Sendmail, of its own machine: eugen@localhost; localhost [[UNIX: localhost]]
  const local = /^([^@\s]+)@localhost$/.exec(comment)
  if (local) return { ...nothing, ident: local[1] ?? null }
  const pairs = words.slice(words.findLastIndex(word => !/^(?:helo|ehlo|ident|port)=/i.test(word)) + 1)
  const tcp = readTcpInfo(words.slice(0, words.length - pairs.length))
  return { helo: valueOf(pairs, heloPair), tcp, ident: valueOf(pairs, identPair) ?? tcp?.ident ?? null }
}

const heloPair = /^(?:helo|ehlo)=(.*)$/i
const identPair = /^ident=(.+)$/i

function valueOf(pairs: readonly string[], pattern: RegExp): string | null {
  for (const pair of pairs) {
    const value = pattern.exec(pair)?.[1]
    if (value !== undefined) return value
  }
  return null
}

function readTcpInfo(words: readonly string[]): TcpInfo | null {
  // a user's name, which users choose: (SquirrelMail authenticated user x), (account x)
  if (words.some(word => /^(?:authenticated|account)$/i.test(word))) return null
  const [first = '', last = first] = [words[0], words.at(-1)]
  const bracket = last.indexOf('[')
  if (bracket !== -1) return readLiteral(last.slice(bracket), [...words.slice(0, -1), last.slice(0, bracket)].join(' '))
  if (words.length === 1) return readBare(last)
  // Yahoo, of one who authenticated: (user@192.0.2.1 with login)
  if (words.length === 3 && words[1] === 'with') return readBare(first.slice(first.lastIndexOf('@') + 1))
  // SMTPSVC: ([192.0.2.1] RDNS failed)
  return first.startsWith('[') ? readLiteral(first, '') : null
}

function readLiteral(literal: string, before: string): TcpInfo | null {
  const address = addressIn(literal)
  return address === null ? null : { name: knownName(before), address, ident: identIn(before) }
}

// Exchange's (192.0.2.208); qmail's (ident@192.0.2.1), where patches write (ident@192.0.2.1_trustedrelay)
function readBare(word: string): TcpInfo | null {
  const at = word.lastIndexOf('@')
  const address = addressIn(word.slice(at + 1).replace(/_\w*$/, ''))
  return address === null ? null : { name: null, address, ident: identIn(word) }
}

/** The user in front of the last @; Sendmail writes IDENT: before what is no plain name, and nothing where it knows none. */
function identIn(told: string): string | null {
  const at = told.lastIndexOf('@')
  if (at === -1) return null
  return told.slice(0, at).replace(/^IDENT:/, '') || null
}

/**
 * The name that a server knows the other side by: no ident in front, no final dot. Null for none, several words, an
 * address, unknown, unverified.
 */
export function knownName(told: string): string | null {
  if (hostname.test(told)) return told
  const words = told.slice(told.lastIndexOf('@') + 1).trim()
  const name = words.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (name === '' || name.includes(' ') || addressIn(name) !== null) return null
  return /^(?:<?unknown>?|unverified|unknownhost)$/i.test(name) ? null : name
}
