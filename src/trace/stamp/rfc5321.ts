/**
 * RFC 5321 4.4, and nobody's own marks: the default.
 */
import { addressLiteral } from '../../mail/address.js'
import { dateOf } from './date.js'
import type { StampFacts } from './facts.js'
import { foldWords } from './fold.js'
import { onlyRecipient, safeHelo } from './safe.js'

export function rfc5321(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const client = `${facts.clientName ?? 'unknown'} ${addressLiteral(facts.clientAddress)}`
  const from = `Received: from ${safeHelo(facts.helo)} (${client})`
  const by = `by ${facts.hostname} (${addressLiteral(facts.address)}) with ${facts.protocol} id ${facts.id}`
  const date = dateOf(facts)
  const clauses = only === null ? [from, `${by};`, date] : [from, by, `for <${only}>; ${date}`]
  return `${clauses.map(clause => foldWords(clause)).join('\r\n ')}\r\n`
}
