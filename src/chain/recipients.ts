/**
 * Which recipients an MTA takes: patterns as "*@example.test", where * stands for any characters, or none. The domain
 * is compared without regard to case, the local part with it (RFC 5321 2.4).
 */
import type { Mailbox } from '../mail/address.js'

export function takes(patterns: readonly string[] | null, mailbox: Mailbox): boolean {
  return patterns === null || isPostmaster(mailbox) || patterns.some(pattern => fits(pattern, mailbox))
}

// RFC 5321 4.1.1.3: "postmaster" without a domain, in any case
function isPostmaster(mailbox: string): boolean {
  return mailbox.toLowerCase() === 'postmaster'
}

function fits(pattern: string, mailbox: string): boolean {
  if (!pattern.includes('@')) return pattern === '*'
  const [patternLocal, patternDomain] = parted(pattern)
  const [local, domain] = parted(mailbox)
  if (!matches(patternDomain.toLowerCase(), domain.toLowerCase())) return false
  // RFC 5321 4.5.1: where an MTA takes mail for a domain it takes the postmaster's
  return isPostmaster(local) || matches(patternLocal, local)
}

function parted(text: string): [local: string, domain: string] {
  const at = text.lastIndexOf('@')
  return [text.slice(0, at), text.slice(at + 1)]
}

/** "*" stands for any characters, each taking as few as will do: the time grows with the length, whatever a client sends. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*')
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}
