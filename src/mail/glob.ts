/**
 * Patterns in which "*" stands for any characters, or none.
 */

/** Each "*" takes as few as will do: the time grows with the length, whatever a client sends. */
function matchesGlob(pattern: string, text: string): boolean {
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

export function matchesInAnyCase(pattern: string, text: string): boolean {
  return matchesGlob(pattern.toLowerCase(), text.toLowerCase())
}

/** The domain is compared without regard to case, the local part with it (RFC 5321 2.4). */
export function matchesMailbox(pattern: string, mailbox: string): boolean {
  const [patternLocal, patternDomain] = parted(pattern)
  const [local, domain] = parted(mailbox)
  return matchesInAnyCase(patternDomain, domain) && matchesGlob(patternLocal, local)
}

/** Local part and domain; no domain is ''. */
export function parted(text: string): [local: string, domain: string] {
  const at = text.lastIndexOf('@')
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
