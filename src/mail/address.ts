/**
 * Mailboxes and paths of the envelope (RFC 5321 4.1.2), IP addresses in canonical form.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { formatIPv6, mappedIPv4, parseIPv6 } from './ipv6.js'

declare const mailbox: unique symbol
/** local-part@domain as the client sent it, without < >; or "postmaster" alone (RFC 5321 4.1.1.3). */
export type Mailbox = string & { readonly [mailbox]: true }
/** null is the null reverse-path, <> (RFC 5321 4.5.5). */
export type ReversePath = Mailbox | null

// RFC 5321 4.1.2 with RFC 6531 3.3: UTF-8 beyond ASCII counts as atext, and as qtext
const atom = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10FFFF}-]+/u.source
const dotString = `${atom}(?:\\.${atom})*`
// < and > inside a quoted local part are legal, yet no client of ours could say them again: they are refused at RCPT
const quotedString = /"(?:[ !#-;=?-[\]-~\u0080-\u{10FFFF}]|\\[ -;=?-~])*"/u.source
const label = /[A-Za-z0-9_\u0080-\u{10FFFF}](?:[A-Za-z0-9_\u0080-\u{10FFFF}-]*[A-Za-z0-9_\u0080-\u{10FFFF}])?/u.source
const domain = `${label}(?:\\.${label})*`
const literal = /\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]/u.source
const mailboxPattern = new RegExp(`^(?:${dotString}|${quotedString})@(${domain}|${literal})$`, 'u')
const invisible = /[\u0080-\u009F\u200B\u2060\uFEFF]/u

/** Longest path, < and > included, in octets (RFC 5321 4.5.3.1.3). */
const maxPath = 256

/** Returns null where the text is no mailbox (RFC 5321 4.1.2), with its limits and literals checked. */
export function parseMailbox(text: string): Mailbox | null {
  if (isPostmaster(text)) return text
  if (!isMailbox(text)) return null
  return text
}

function isPostmaster(text: string): text is Mailbox {
  return text.toLowerCase() === 'postmaster'
}

function isMailbox(text: string): text is Mailbox {
  if (Buffer.byteLength(text) > maxPath - 2 || invisible.test(text)) return false
  const domainPart = mailboxPattern.exec(text)?.[1]
  if (domainPart === undefined) return false
  if (!domainPart.startsWith('[')) return true
  return domainPart.startsWith('[IPv6:') ? isIPv6(domainPart.slice(6, -1)) : isIPv4(domainPart.slice(1, -1))
}

/** True where SMTPUTF8 is needed to carry the path (RFC 6531 3.3). */
export function needsSmtpUtf8(path: ReversePath): boolean {
  return path !== null && /[^\u0000-\u007F]/.test(path)
}

/**
 * One spelling for one address: no zone, an IPv4-mapped address as IPv4, IPv6 compressed and in lower case (RFC 5952).
 * Returns null for what is no IP address.
 */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text
  const groups = parseIPv6(text)
  return groups && (mappedIPv4(groups) ?? formatIPv6(groups))
}

/** An address as a literal of RFC 5321 4.1.3: [192.0.2.1] or [IPv6:2001:db8::1]. */
export function addressLiteral(address: string): string {
  return isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`
}
