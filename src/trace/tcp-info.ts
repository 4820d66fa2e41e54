/**
 * What a server notes of the other side in a comment: its TCP connection (TCP-info, RFC 5321 4.4), and with some its
 * HELO and its user.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { canonicalAddress } from '../mail/address.js'

export interface TcpInfo {
  /** The reverse DNS name; null where none is given or it says unknown. */
  readonly name: string | null
  /** True where a name stands there, or a word that says that none is known. */
  readonly isNamed: boolean
  /** Canonical; null where comments do not agree. */
  readonly address: string | null
}

/** What one comment, or several together, note. */
export interface Note {
  /** What the client said in HELO, where the comment tells: none of it is taken for TCP-info. */
  readonly helo: string | null
  readonly tcp: TcpInfo | null
  /** The user by the client's word (RFC 1413). */
  readonly ident: string | null
}

/** A comment that notes nothing. */
export const nothing: Note = { helo: null, tcp: null, ident: null }

/** TCP-info that nobody can vouch for. */
export const disputed: TcpInfo = { name: null, isNamed: true, address: null }

/** Longer comments tell nothing: no program writes such. */
export const longestNote = 1024

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
  return readCommon(comment) ?? (hint.test(comment) && comment.length <= longestNote ? readAnyNote(comment) : nothing)
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
  if (!comment.endsWith(']')) return isIPv4(comment) ? connection(comment, '') : undefined
  const open = comment.lastIndexOf('[')
  const literal = comment.slice(open + 1, -1)
  if (!isIPv4(literal)) return undefined
  if (open === 0) return connection(literal, '')
  if (comment.indexOf(' ') !== open - 1) return undefined
  const told = comment.slice(0, open - 1)
  return hostname.test(told)
    ? { helo: null, tcp: { name: told, isNamed: true, address: literal }, ident: null }
    : undefined
}

/** A name that can't be taken for an address, or for the words that stand where there is none. */
const hostname = /^(?!(?:unknown|unverified|unknownhost|unknown_domain|[ehl][eh]lo)$)(?:[\w-]+\.)*[a-z][\w-]*$/i

function connection(address: string | null, told: string): Note {
  if (address === null) return nothing
  const ident = identIn(told)
  const named = told.slice(told.lastIndexOf('@') + 1).trim()
  return { helo: null, tcp: { name: knownName(told), isNamed: named !== '', address }, ident }
}

function readAnyNote(comment: string): Note {
  if (isOfUser(comment)) return { ...nothing, helo: / HELO (\S+)$/.exec(comment)?.[1] ?? null }
  // Zimbra says LHLO (RFC 2033 4.1)
  const said = /^[EHL][EH]LO (\S+)$/i.exec(comment)?.[1]
  if (said !== undefined) return { ...nothing, helo: said }
  // Sendmail, of its own machine: eugen@localhost
  const local = /^([^@\s]+)@localhost$/.exec(comment)?.[1]
  if (local !== undefined) return { ...nothing, ident: local }
  return readPairs(comment) ?? readTcpInfo(comment)
}

/** Of a user, whose name users choose, and of a certificate, which clients bring. */
function isOfUser(comment: string): boolean {
  if (/^account /i.test(comment)) return !/^account \[[^[\]]*\]$/i.test(comment)
  return /^(?:\S+ )?authenticated (?:user|as|sender|bits)\b|^Client |^Authenticated sender: |^using |^AUTH: /i.test(
    comment,
  )
}

const pairs = /^(?:(\[{1,2}[^[\]]*\](?::\d{1,5})?) )?(?:port=\d+ ?)?(?:(?:helo|ehlo)=|ident=|"[EH][EH]LO )/i

/**
 * Exim: [192.0.2.1]:25 helo=a.example ident=alice, the first and the last as there are; ZMailer:
 * [192.0.2.1]:41470 "EHLO a.example" rhost-flags-OK. What stands behind helo= and ident= is the client's to the end.
 */
function readPairs(comment: string): Note | null {
  const begin = pairs.exec(comment)
  if (!begin) return null
  const address = addressIn(begin[1] ?? '')
  const last = comment.slice(comment.lastIndexOf(' ') + 1)
  const isDoubtful = begin[1] !== undefined && last.startsWith('[') && comment.includes('@')
  const ident = comment.indexOf('ident=')
  const helo = /(?:helo|ehlo)=/i.exec(ident === -1 ? comment : comment.slice(0, ident))
  const heloEnd = ident === -1 ? comment.length : ident - 1
  const quoted = / "[EH][EH]LO ([^"]*)"/i.exec(comment)?.[1] ?? null
  return {
    helo: helo ? comment.slice(helo.index + helo[0].length, heloEnd) : quoted,
    tcp: isDoubtful ? disputed : address === null ? null : { name: null, isNamed: false, address },
    ident: ident === -1 ? null : comment.slice(ident + 'ident='.length) || null,
  }
}

function readTcpInfo(comment: string): Note {
  const space = comment.lastIndexOf(' ')
  const last = comment.slice(space + 1)
  const bracket = last.indexOf('[')
  if (bracket !== -1) return connection(addressIn(last.slice(bracket)), comment.slice(0, space + 1 + bracket))
  if (space === -1) return readBare(last)
  const words = comment.split(' ')
  const [first = '', second] = words
  // Yahoo, of one who authenticated: (user@192.0.2.1 with login)
  if (words.length === 3 && second === 'with') return { ...readBare(first), ident: null }
  // SMTPSVC: ([192.0.2.1] RDNS failed); ([192.0.2.1] by other)
  return first.startsWith('[') ? connection(addressIn(first), '') : nothing
}

// Exchange's (192.0.2.208); qmail's (ident@192.0.2.1), where patches write (ident@192.0.2.1_trustedrelay)
function readBare(word: string): Note {
  const at = word.lastIndexOf('@')
  return connection(addressIn(word.slice(at + 1).replace(/_\w*$/, '')), word.slice(0, at + 1))
}

/** qmail's own note, whatever its user is called: (helo=evil@192.0.2.1). */
export function readIdentAtAddress(comment: string): Note {
  return comment.length > longestNote || comment.includes(' ') ? nothing : readBare(comment)
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
  return /^(?:<?unknown>?|unverified|unknownhost|unknown_domain)$/i.test(name) ? null : name
}
