/**
 * smtp-server's own replies, said again with the enhanced status code that is true (RFC 3463, RFC 2034).
 * It finds its codes by the reply's number alone; here the text decides, as only the text tells what went wrong.
 */
import { isEnhancedCode, type Reply, reply } from '../mail/reply.js'

interface Translation {
  readonly code: number
  readonly says: RegExp
  readonly reply: Reply
}

const translations: readonly Translation[] = [
  // RFC 3463 3.6: X.5.1 invalid command, X.5.2 syntax error, X.5.4 invalid command arguments
  { code: 503, says: /^Error: send HELO/, reply: reply(503, '5.5.1', 'Send HELO or EHLO first') },
  { code: 503, says: /^Error: need RCPT/, reply: reply(503, '5.5.1', 'Send RCPT first') },
  { code: 501, says: /^Error: [Ss]yntax: EHLO/, reply: reply(501, '5.5.4', 'Syntax: EHLO hostname') },
  { code: 501, says: /^Error: [Ss]yntax: HELO/, reply: reply(501, '5.5.4', 'Syntax: HELO hostname') },
  { code: 501, says: /^Error: Bad hostname/, reply: reply(501, '5.5.4', 'Bad hostname syntax') },
  { code: 501, says: /^Error: Syntax: VRFY/, reply: reply(501, '5.5.4', 'Syntax: VRFY address') },
  { code: 451, says: /^Error: internal/, reply: reply(451, '4.3.0', 'Internal error, try again later') },
  // RFC 3463 3.5: X.4.2 bad connection; 3.4: X.3.2 system not accepting messages; 3.8: X.7.0 other security status
  { code: 421, says: /^Timeout/, reply: reply(421, '4.4.2', 'Idle too long, closing connection') },
  { code: 421, says: /shutting down/, reply: reply(421, '4.3.2', 'Shutting down, try again later') },
  { code: 421, says: /^HTTP/, reply: reply(421, '4.7.0', 'This is SMTP, not HTTP') },
  { code: 421, says: /too long$/, reply: reply(421, '4.5.2', 'Command line too long') },
  { code: 421, says: /talk too soon/, reply: reply(421, '4.7.0', 'Wait for the greeting') },
]

/** What goes out for what smtp-server wanted to say. */
export function translate(code: number, text: string): Reply {
  const known = translations.find(translation => translation.code === code && translation.says.test(text))
  if (known) return known.reply
  const [word = '', ...words] = text.split(' ')
  if (isEnhancedCode(word)) return reply(code, word, words.join(' '))
  return reply(code, null, text)
}

/** Commands of RFC 5321 and its extensions that this server knows of and does not offer. */
const unsupported = new Set(['AUTH', 'BDAT', 'BURL', 'EXPN', 'ETRN', 'LHLO', 'SAML', 'SEND', 'SOML', 'STARTTLS', 'TURN'])

export function unknownCommand(command: string): Reply {
  // RFC 5321 4.2.4: 500 for a command that is not recognised; RFC 3463 3.6: X.5.1 where it is known and unsupported
  if (command === 'BDAT') return reply(500, '5.5.1', 'BDAT not supported')
  if (unsupported.has(command)) return reply(502, '5.5.1', `${command} not supported`)
  return reply(500, '5.5.2', 'Command not recognised')
}
