/**
 * What the listener says: a code, the enhanced status code that is true (RFC 3463, RFC 2034), a text.
 */
import { formatReply, type Reply, reply } from '../mail/reply.js'

// RFC 3463 3.6: X.5.1 invalid command, X.5.2 syntax error, X.5.3 too many recipients, X.5.4 invalid command arguments
export const sendMailFirst = reply(503, '5.5.1', 'Send MAIL first')
export const sendRcptFirst = reply(503, '5.5.1', 'Send RCPT first')
export const turnedAway = reply(503, '5.5.1', 'The session was refused, send QUIT')
// RFC 2920 3.1: who pipelines asks for it before it knows that all were refused
export const noValidRecipients = reply(554, '5.5.1', 'No valid recipients')
export const nestedMail = reply(503, '5.5.1', 'A transaction is open already, send RSET first')
export const noParameters = reply(501, '5.5.4', 'This command takes no parameters')
export const heloSyntax = reply(501, '5.5.4', 'Bad hostname syntax, expected one domain or address literal')
export const unknownParameter = (keyword: string): Reply =>
  reply(555, '5.5.4', `Unknown parameter ${keyword.slice(0, longestEcho)}`)
export const repeatedParameter = (keyword: string): Reply =>
  badParameter(`Parameter ${keyword.slice(0, longestEcho)} given twice`)
export const badParameter = (text: string): Reply => reply(501, '5.5.4', text)

// RFC 5321 4.5.3.1.5: a reply line has at most 512 octets
const longestEcho = 64

// RFC 3463 3.2: X.1.0 and X.1.5 the address is good, X.1.7 the sender's bad syntax, X.1.3 the recipient's
export const senderOk = reply(250, '2.1.0', 'Sender ok')
export const recipientOk = reply(250, '2.1.5', 'Recipient ok')
export const senderSyntax = reply(501, '5.1.7', 'Bad sender address syntax, expected MAIL FROM:<local@domain>')
export const recipientSyntax = reply(501, '5.1.3', 'Bad recipient address syntax, expected RCPT TO:<local@domain>')
// RFC 6531 3.5: an internationalised address in a transaction without SMTPUTF8
export const needsUtf8 = reply(553, '5.6.7', 'Internationalised address needs SMTPUTF8')
// RFC 3463 3.8: X.7.1 delivery not authorised
export const notARecipient = reply(550, '5.7.1', 'Not a recipient of this MTA, relaying denied')
// RFC 5321 4.5.3.1.10: 452 where there are too many
export const tooManyRecipients = (limit: number): Reply =>
  reply(452, '4.5.3', `Too many recipients, at most ${limit} in a transaction`)

// RFC 5321 2.3.8: CR and LF appear only as CRLF; 4.5.2 has no NUL. Taking them would open SMTP smuggling.
export const bareOctets = reply(550, '5.5.2', 'Bare CR, bare LF or NUL in the message, lines must end with CRLF')
// RFC 1870 6: the message exceeds a fixed maximum
export const tooLarge = (largest: number): Reply => reply(552, '5.3.4', `Message too large, at most ${largest} octets`)
// RFC 5321 6.3; RFC 3463 3.5: X.4.6 routing loop detected
export const tooManyHops = (limit: number): Reply =>
  reply(554, '5.4.6', `Too many hops, more than ${limit} Received fields: the message loops`)
// RFC 3463 3.4: X.3.1 mail system full
export const notKept = reply(452, '4.3.1', 'The message could not be stored, try again later')

export const done = reply(250, '2.0.0', 'Ok')
export const bye = reply(221, '2.0.0', 'Bye')
// RFC 3463 3.4: X.3.2 not accepting messages now; 3.5: X.4.2 bad connection; 3.8: X.7.0 other security status
export const tooManySessions = reply(421, '4.3.2', 'Too many connections, try again later')
export const shuttingDown = reply(421, '4.3.2', 'Shutting down, try again later')
export const sessionTooLong = reply(421, '4.4.2', 'The session takes too long, closing connection')
export const tooManyErrors = reply(421, '4.7.0', 'Too many errors, closing connection')
export const commandTooLong = reply(421, '4.5.2', 'Command line too long')

/** Replies of smtp-server's own that can come through; all others are never asked for. */
const translations: readonly { readonly code: number; readonly says: RegExp; readonly reply: Reply }[] = [
  { code: 250, says: /^OK/, reply: done },
  { code: 214, says: /^See/, reply: reply(214, '2.0.0', 'See RFC 5321') },
  // RFC 5321 3.5.3: no verification, the message may be sent
  { code: 252, says: /^Try/, reply: reply(252, '2.0.0', 'Not verified, send the message and see') },
  { code: 501, says: /VRFY/, reply: reply(501, '5.5.4', 'Syntax: VRFY address') },
  { code: 503, says: /HELO/, reply: reply(503, '5.5.1', 'Send HELO or EHLO first') },
  { code: 421, says: /^Timeout/, reply: reply(421, '4.4.2', 'Idle too long, closing connection') },
  { code: 421, says: /^HTTP/, reply: reply(421, '4.7.0', 'This is SMTP, not HTTP') },
  { code: 421, says: /too long$/, reply: commandTooLong },
]

/** What goes out for what smtp-server wanted to say. It finds its codes by the number alone; here the text decides. */
export function translate(code: number, text: string): Reply {
  const known = translations.find(translation => translation.code === code && translation.says.test(text))
  if (known) return known.reply
  if (code < 400) return { ...done, code }
  // RFC 3463 3.4: X.3.0 other mail system status; smtp-server's text could tell of our inside
  return reply(code, code < 500 ? '4.3.0' : '5.3.0', 'Internal error')
}

/** Commands of RFC 5321 and its extensions that this server knows of and does not offer. */
const unsupported = new Set(['AUTH', 'BURL', 'EXPN', 'ETRN', 'LHLO', 'SAML', 'SEND', 'SOML', 'STARTTLS', 'TURN'])

export function unknownCommand(command: string): Reply {
  // RFC 5321 4.2.4: 500 for a command that is not recognised; RFC 3463 3.6: X.5.1 where it is known and unsupported
  if (command === 'BDAT') return reply(500, '5.5.1', 'BDAT not supported')
  if (unsupported.has(command)) return reply(502, '5.5.1', `${command} not supported`)
  return reply(500, '5.5.2', 'Command not recognised')
}

/** The line that goes out. Whatever came into its text, it is one line of printable US-ASCII (RFC 5321 4.2). */
export function replyLine(said: Reply): string {
  return `${formatReply(said).replace(/[^ -~]/gu, '?')}\r\n`
}
