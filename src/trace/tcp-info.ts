/**
 * What a server notes of the other side in a comment: its TCP connection (TCP-info, RFC 5321 4.4), and with some its
 * HELO.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { canonicalAddress } from '../mail/address.js'

export interface TcpInfo {
  /** The reverse DNS name; null where none is given or it says unknown. */
  readonly name: string | null
  /** Canonical. */
  readonly address: string
}

export interface Note {
  /** What the client said in HELO, where the comment tells: it is never taken for TCP-info. */
  readonly helo: string | null
  readonly tcp: TcpInfo | null
}

/**
 * The address that a word gives, canonical: bare or in [ ], with the tag IPv6: or without, with a port behind it
 * (`[192.0.2.1:25]`, `[192.0.2.1]:25`). Null where it gives none.
 */
export function addressIn(word: string): string | null {
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
  const words = comment.split(' ')
  const claimed = words.at(-1) ?? ''
  if (/^(?:HELO|EHLO)$/i.test(words.at(-2) ?? '')) return { helo: claimed, tcp: null }
  const pairs = words.slice(words.findLastIndex(word => !/^(?:helo|ehlo|ident|port)=/i.test(word)) + 1)
  const said = /^(?:helo|ehlo)=(.*)$/i
  const helo = pairs.flatMap(pair => said.exec(pair)?.[1] ?? [])[0] ?? null
  return { helo, tcp: readTcpInfo(words.slice(0, words.length - pairs.length)) }
}

function readTcpInfo(words: readonly string[]): TcpInfo | null {
  // a user's name, which users choose: (SquirrelMail authenticated user x), (account x)
  if (words.some(word => /^(?:authenticated|account)$/i.test(word))) return null
  const [first = '', last = first] = [words[0], words.at(-1)]
  const bracket = last.indexOf('[')
  if (bracket !== -1) return readLiteral(last.slice(bracket), [...words.slice(0, -1), last.slice(0, bracket)].join(' '))
  if (words.length === 1) return readBare(last)
  // SMTPSVC: ([192.0.2.1] RDNS failed)
  return first.startsWith('[') ? readLiteral(first, '') : null
}

function readLiteral(literal: string, before: string): TcpInfo | null {
  const address = addressIn(literal)
  return address === null ? null : { name: knownName(before), address }
}

// Exchange's (192.0.2.208); qmail's (ident@192.0.2.1), where patches write (ident@192.0.2.1_trustedrelay)
function readBare(word: string): TcpInfo | null {
  const address = addressIn(word.slice(word.lastIndexOf('@') + 1).replace(/_\w*$/, ''))
  return address === null ? null : { name: null, address }
}

/**
 * The name that a server knows the other side by: no ident in front, no final dot. Null for none, several words, an
 * address, unknown.
 */
export function knownName(told: string): string | null {
  const words = told.slice(told.lastIndexOf('@') + 1).trim()
  const name = words.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (name === '' || name.includes(' ') || addressIn(name) !== null) return null
  return name.toLowerCase() === 'unknown' ? null : name
}
