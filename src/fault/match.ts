/**
 * Whether a rule is about what is asked: all that it names must fit. Domains, HELO names, header names and what header
 * fields say are compared without regard to case, local parts with it (RFC 5321 2.4).
 */
import type { FaultMatch, FaultRule } from '../config/types.js'
import { matchesInAnyCase, matchesMailbox } from '../mail/glob.js'
import { isField, splitHeader } from '../mail/header.js'
import type { Ask, AskedContent } from './ask.js'

export function fits({ at, match }: FaultRule, ask: Ask): boolean {
  return (
    at === ask.stage &&
    (match.client === undefined || matchesInAnyCase(match.client, ask.client.address)) &&
    (match.helo === undefined || (ask.client.helo !== null && matchesInAnyCase(match.helo, ask.client.helo))) &&
    (match.sender === undefined || fitsSender(match.sender, ask)) &&
    (match.recipient === undefined || fitsRecipient(match.recipient, ask)) &&
    fitsContent(match, ask.content)
  )
}

function fitsSender(pattern: string, { transaction, reversePath }: Ask): boolean {
  if (transaction === null) return false
  if (pattern === '*') return true
  if (pattern === '<>' || reversePath === null) return pattern === '<>' && reversePath === null
  return matchesMailbox(pattern, reversePath)
}

function fitsRecipient(pattern: string, { recipients }: Ask): boolean {
  return recipients.some(recipient => {
    if (pattern === '*') return true
    // RFC 5321 4.1.1.3: "postmaster" without a domain, in any case
    return pattern.includes('@') ? matchesMailbox(pattern, recipient) : matchesInAnyCase(pattern, recipient)
  })
}

function fitsContent({ size, header }: FaultMatch, content: AskedContent | null): boolean {
  if (size && !(content && content.size >= size.least && content.size <= size.most)) return false
  if (header === undefined) return true
  if (!content) return false
  return Object.entries(header).every(([name, pattern]) =>
    fieldValues(content, name).some(text => matchesInAnyCase(pattern, text)),
  )
}

/** Unfolded (RFC 5322 2.2.3), encoded words as they are. */
function fieldValues({ start }: AskedContent, name: string): string[] {
  return splitHeader(start)
    .fields.filter(field => isField(field, name))
    .map(({ raw }) => {
      const text = Buffer.from(raw).toString()
      return text
        .slice(text.indexOf(':') + 1)
        .replaceAll('\r\n', '')
        .trim()
    })
}

/** What tells a message apart from others, as far as it says it itself; '' where it does not. */
export function messageIdOf(content: AskedContent | null): string {
  return content === null ? '' : (fieldValues(content, 'Message-ID')[0] ?? '')
}
