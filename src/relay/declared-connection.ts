/**
 * nodemailer's SMTPConnection (nothing else here imports it) with what its declarations leave out. A nodemailer in which
 * that is missing is found when this is loaded, not when mail is lost.
 */
import type { Writable } from 'node:stream'
import SMTPConnection, { type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'

/** What nodemailer has and does not declare. */
interface Undeclared {
  readonly _ehloLines?: readonly string[]
  /** Replies received and not yet handled, octets as characters, lines parted by LF. */
  readonly _responseQueue: readonly string[]
  readonly _responseActions: ((reply: string) => void)[]
  _supportedExtensions: string[]
  _maxAllowedSize: number
  _onError(error: Error, code: string, reply: false, command: string): void
  _parseEhloExtensions(reply: string): void
  _processResponse(): void
  _sendCommand(command: string, logged?: string): void
  _createSendStream(callback: (error: Error | null, reply: string) => void): Writable
}

type Declared = new (options?: SMTPConnectionOptions) => SMTPConnection & Undeclared

function declares(constructor: unknown): constructor is Declared {
  const methods = ['_onError', '_parseEhloExtensions', '_processResponse', '_sendCommand', '_createSendStream']
  return typeof constructor === 'function' && methods.every(method => method in constructor.prototype)
}

// the declarations leave these out, and there is no other way to be as strict as mail wants it
if (!declares(SMTPConnection))
  throw new TypeError('nodemailer has changed: SMTPConnection lacks what is overridden here')
export const DeclaredConnection: Declared = SMTPConnection
