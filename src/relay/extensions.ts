/**
 * What a message needs and the other side does not offer: it can't be sent there, now or later. Nothing is converted:
 * a content goes on octet for octet.
 */
import { needsSmtpUtf8 } from '../mail/address.js'
import type { Problem } from '../mail/problem.js'
import { type Reply, reply } from '../mail/reply.js'
import type { Connection } from './connection.js'
import type { Message } from './relay.js'

// RFC 6531 3.2 and 3.5, RFC 3463: X.6.7 non-ASCII addresses not permitted, X.6.9 UTF-8 header can't be transferred
const noUtf8Addresses = reply(553, '5.6.7', 'The next MTA does not offer SMTPUTF8')
const noUtf8Header = reply(550, '5.6.9', 'The next MTA does not offer SMTPUTF8')
// RFC 6152 3, RFC 3463: X.6.3 conversion required but not supported
const noEightBit = reply(554, '5.6.3', 'The next MTA does not offer 8BITMIME')
// RFC 1870 6.1, RFC 3463: X.3.4 message too big for system
const tooLarge = (size: number, largest: number): Reply =>
  reply(552, '5.3.4', `The message has ${size} octets, the next MTA takes ${largest} at most`)

export function cannotCarry(connection: Connection, message: Message): Problem | null {
  const found = missing(connection, message)
  return found && { stage: 'mail', reply: found, by: 'here', cause: found.text }
}

function missing(connection: Connection, message: Message): Reply | null {
  const { reversePath, recipients, size, eightBit, smtpUtf8, utf8Header = smtpUtf8 } = message
  // RFC 6531 3.2: addresses and header need it; a message that was declared and has neither goes on without it.
  // Headers of MIME parts are not looked at
  if (!connection.offers('SMTPUTF8')) {
    if ([reversePath, ...recipients].some(needsSmtpUtf8)) return noUtf8Addresses
    if (utf8Header) return noUtf8Header
  }
  if (eightBit && !connection.offers('8BITMIME')) return noEightBit
  const { largest } = connection
  return largest !== null && size > largest ? tooLarge(size, largest) : null
}
