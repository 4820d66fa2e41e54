/**
 * Which recipients an MTA takes: patterns as "*@example.test". The domain is compared without regard to case, the
 * local part with it (RFC 5321 2.4).
 */
import type { Mailbox } from '../mail/address.js'

export function takes(patterns: readonly string[] | null, mailbox: Mailbox): boolean {
  // RFC 5321 4.5.1: postmaster is always taken
  if (patterns === null || mailbox.toLowerCase() === 'postmaster') return true
  return patterns.some(pattern => fits(pattern, mailbox))
}

function fits(pattern: string, mailbox: string): boolean {
  const [patternLocal, patternDomain] = parted(pattern)
  const [local, domain] = parted(mailbox)
  return glob(patternLocal).test(local) && glob(patternDomain.toLowerCase()).test(domain.toLowerCase())
}

function parted(text: string): [local: string, domain: string] {
  const at = text.lastIndexOf('@')
  return at === -1 ? ['*', text] : [text.slice(0, at), text.slice(at + 1)]
}

/** "*" stands for any characters; all others for themselves. */
function glob(pattern: string): RegExp {
  const literally = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literally.join('.*')}$`, 's')
}
