/**
 * What a client says, as it may stand in a stamp: it can't be taken for anything else there.
 */
import { isIP } from 'node:net'
import type { Mailbox } from '../../mail/address.js'
import type { StampFacts } from './facts.js'

/** RFC 5321 4.5.3.1.2: the longest domain. */
const longestHelo = 255

/**
 * The client's HELO name as one word that can't be taken for anything else: a domain's characters as they are, an
 * address literal with its brackets, everything else as "?".
 */
export function safeHelo(helo: string): string {
  return isLiteral(helo) ? helo : helo.slice(0, longestHelo).replace(/[^A-Za-z0-9._:-]/gu, '?')
}

/**
 * As Postfix, Exim, Courier and Haraka keep it, but for what would not leave the field in order: blanks, quotes,
 * backslashes, `;`, brackets of every kind, and octets beyond ASCII.
 */
export function spokenHelo(helo: string): string {
  return isLiteral(helo) ? helo : helo.slice(0, longestHelo).replace(/[^!#-'*-:=?@A-Z^-~]/gu, '?')
}

function isLiteral(helo: string): boolean {
  const address = /^\[(?:IPv6:)?([0-9A-Fa-f:.]+)\]$/i.exec(helo)?.[1]
  return address !== undefined && isIP(address) !== 0
}

/** RFC 5322 3.2.2: in a comment a backslash stands before parentheses and backslashes. */
export function inComment(text: string): string {
  return text.replace(/[()\\]/g, '\\$&')
}

/** RFC 5321 7.6: with several recipients `for` would tell each of the others. */
export function onlyRecipient({ recipients }: StampFacts): Mailbox | null {
  return recipients.length === 1 ? (recipients[0] ?? null) : null
}
