/**
 * Which recipients an MTA takes: patterns as "*@example.test", where * stands for any characters, or none. The domain
 * is compared without regard to case, the local part with it (RFC 5321 2.4).
 */
import type { Mailbox } from '../mail/address.js'
import { matchesInAnyCase, matchesMailbox, parted } from '../mail/glob.js'

export function takes(patterns: readonly string[] | null, mailbox: Mailbox): boolean {
  return patterns === null || isPostmaster(mailbox) || patterns.some(pattern => fits(pattern, mailbox))
}

// RFC 5321 4.1.1.3: "postmaster" without a domain, in any case
function isPostmaster(mailbox: string): boolean {
  return mailbox.toLowerCase() === 'postmaster'
}

function fits(pattern: string, mailbox: string): boolean {
  if (!pattern.includes('@')) return pattern === '*'
  if (matchesMailbox(pattern, mailbox)) return true
  // RFC 5321 4.5.1: where an MTA takes mail for a domain it takes the postmaster's
  const [[, patternDomain], [local, domain]] = [parted(pattern), parted(mailbox)]
  return isPostmaster(local) && matchesInAnyCase(patternDomain, domain)
}
