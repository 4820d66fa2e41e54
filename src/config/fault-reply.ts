/**
 * The enhanced status code (RFC 3463) of a reply that a rule gives without one.
 */
import type { Stage } from '../mail/envelope.js'
import type { EnhancedCode, Reply } from '../mail/reply.js'

/** RFC 3463 3: X.1 addressing, X.2 mailbox, X.3 mail system, X.4 network, X.5 protocol, X.7 security. */
const details: ReadonlyMap<number, `${number}.${number}`> = new Map([
  [421, '3.2'],
  [450, '2.0'],
  [451, '3.0'],
  [452, '3.1'],
  [454, '7.0'],
  [455, '5.4'],
  [500, '5.2'],
  [501, '5.4'],
  [502, '5.1'],
  [503, '5.1'],
  [504, '5.4'],
  [521, '3.2'],
  [530, '7.0'],
  [535, '7.8'],
  [550, '7.1'],
  [551, '1.6'],
  [552, '3.4'],
  [553, '1.0'],
  [554, '7.1'],
  [555, '5.4'],
])
/** What a code says of one address. */
const detailsAtRcpt: ReadonlyMap<number, `${number}.${number}`> = new Map([
  [450, '2.1'],
  [452, '2.2'],
  [550, '1.1'],
  [552, '2.2'],
  [553, '1.3'],
])

export function withEnhancedCode(said: Reply, stage: Stage): Reply {
  // RFC 2034 4: none in the greeting and in the reply to EHLO and HELO
  if (said.enhanced !== null || stage === 'connect' || stage === 'helo') return said
  const kind = said.code < 500 ? 4 : 5
  const detail = (stage === 'rcpt' ? detailsAtRcpt.get(said.code) : undefined) ?? details.get(said.code) ?? '0.0'
  const enhanced: EnhancedCode = `${kind}.${detail}`
  return { ...said, enhanced }
}
