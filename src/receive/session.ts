/**
 * One SMTP session on top of smtp-server's, which reads the socket and finds the commands and the end of the data.
 * Ours are: every reply with its enhanced code, MAIL and RCPT, the limits, the greeting without delay.
 */
import type { Socket } from 'node:net'
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import type { SMTPServer } from 'smtp-server'
import type { Limits } from '../config/types.js'
import type { Mailbox, ReversePath } from '../mail/address.js'
import type { Envelope, Stage } from '../mail/envelope.js'
import { formatReply, type Reply, reply } from '../mail/reply.js'
import { type MailParameters, readMail, readRcpt } from './path-command.js'
import { translate, unknownCommand } from './replies.js'
import type { Protocol, Refusal, Transaction } from './transaction.js'

/** What a session needs to know of its MTA. */
export interface SessionHost {
  readonly limits: Limits
  /** True for a recipient that the MTA takes. */
  accepts(mailbox: Mailbox): boolean
  refused(refusal: Refusal): void
}

interface Sender {
  readonly path: ReversePath
  readonly parameters: MailParameters
}

const stages: ReadonlyMap<string, Stage> = new Map([
  ['HELO', 'helo'],
  ['EHLO', 'helo'],
  ['MAIL', 'mail'],
  ['RCPT', 'rcpt'],
  ['DATA', 'data'],
])

// RFC 3463 3.4 X.3.2: not accepting messages now; 3.8 X.7.0: other security status; 3.5 X.4.2: bad connection
const tooManySessions = reply(421, '4.3.2', 'Too many connections, try again later')
const tooManyErrors = reply(421, '4.7.0', 'Too many errors, closing connection')
const tooLong = reply(421, '4.4.2', 'The session takes too long, closing connection')
const shuttingDown = reply(421, '4.3.2', 'Shutting down, try again later')

export class Session extends SMTPConnection {
  readonly #host: SessionHost
  #stage: Stage | null = 'connect'
  #sender: Sender | null = null
  #recipients = new Set<Mailbox>()
  #errors = 0
  #helo: string | null = null
  #extended = false
  /** Said as soon as the message in progress is answered. */
  #lastWord: Reply | null = null
  #deadline: NodeJS.Timeout | undefined

  constructor(server: SMTPServer, socket: Socket, options: SMTPConnectionOptions | null, host: SessionHost) {
    super(server, socket, options)
    this.#host = host
  }

  /** Greets at once: smtp-server would wait 100 ms for clients that talk too soon. */
  override init(): void {
    this._setListeners(() => {
      if (this._server.connections.size > this.#host.limits.connections) {
        this.#answer(tooManySessions)
        return
      }
      this.#deadline = setTimeout(() => this.#end(tooLong), this.#host.limits.sessionTime)
      this.connectionReady()
    })
  }

  /** Ends the session with 421, after the message whose content is complete but not yet answered, if there is one. */
  #end(word: Reply): void {
    if (this._dataStream && this._parser && !this._parser._dataMode) this.#lastWord = word
    else this.#answer(word)
  }

  /** Ends the session for a shutdown: at once where no content is on its way, else after it. */
  drain(): void {
    if (this._dataStream) this.#lastWord = shuttingDown
    else this.cut()
  }

  /** Ends the session for a shutdown, whatever it is doing. */
  cut(): void {
    this.#answer(shuttingDown)
    this._socket.destroySoon()
  }

  override _onClose(): void {
    clearTimeout(this.#deadline)
    super._onClose()
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    const blank = command.indexOf(32)
    const word = command.toString('latin1', 0, blank === -1 ? command.length : blank).toUpperCase()
    this.#stage = stages.get(word) ?? null
    super._onCommand(command, callback)
  }

  /** smtp-server's replies pass here: the text decides which enhanced code is true. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (Array.isArray(data)) {
      this.#write(data.map((line, at) => `${code}${at < data.length - 1 ? '-' : ' '}${line}`).join('\r\n'))
      return
    }
    const text = data ?? ''
    // RFC 2034 4: no enhanced code in the greeting and the answer to HELO; 3xx has none
    if (code < 400 && (context === false || code >= 300)) {
      this.#write(`${code} ${text}`)
      return
    }
    if (code === 500 && typeof context === 'string' && text.includes('not recognized')) {
      this._unrecognizedCommands = 0
      this.#answer(unknownCommand(context))
      return
    }
    const translated = translate(code, text)
    this.#answer(code < 300 && translated.enhanced === null ? { ...translated, enhanced: '2.0.0' } : translated)
  }

  #answer(said: Reply): void {
    this.#write(formatReply(said))
    if (said.code >= 400) this.#refused(said)
    if (said.code === 421) {
      this.close()
      return
    }
    if (said.code >= 400) this.#errors++
    if (this.#errors > this.#host.limits.errors) this.#answer(tooManyErrors)
    else if (this.#lastWord && !this._dataStream) this.#answer(this.#lastWord)
  }

  /** All replies of one tick leave in one write. */
  #write(line: string): void {
    const socket = this._socket
    if (this._upgrading || socket.destroyed || !socket.writable) return
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    // biome-ignore format: what a client could have put in must not split the reply
    socket.write(`${line.replace(/[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F]/g, ' ')}\r\n`)
  }

  #refused(said: Reply): void {
    if (this.#stage === null) return
    this.#host.refused({
      stage: this.#stage,
      client: { address: this.remoteAddress, port: this.remotePort, helo: this.#helo },
      reversePath: this.#sender?.path ?? null,
      recipients: [...this.#recipients],
      reply: said,
    })
  }

  override _resetSession(): void {
    super._resetSession()
    this.#sender = null
    this.#recipients.clear()
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    super.handler_EHLO(command, callback)
    this.#keepHelo(command, true)
  }

  override handler_HELO(command: Buffer, callback: () => void): void {
    super.handler_HELO(command, callback)
    this.#keepHelo(command, false)
  }

  /** smtp-server keeps the name in lower case, the stamp wants it as it was said. */
  #keepHelo(command: Buffer, extended: boolean): void {
    const name = command.toString().trim().split(/\s+/)[1] ?? ''
    if (this.hostNameAppearsAs !== name.toLowerCase()) return
    this.#helo = name
    this.#extended = extended
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    this.#answer(this.#mail(command))
    callback()
  }

  #mail(command: Buffer): Reply {
    if (this.#sender) return reply(503, '5.5.1', 'A transaction is open already, send RSET first')
    const read = readMail(command, this.#host.limits.messageSize)
    if ('wrong' in read) return read.wrong
    this.#sender = read
    this.session.envelope.mailFrom = { address: read.path ?? '', args: false }
    return reply(250, '2.1.0', 'Sender ok')
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    this.#answer(this.#rcpt(command))
    callback()
  }

  #rcpt(command: Buffer): Reply {
    if (!this.#sender) return reply(503, '5.5.1', 'Send MAIL first')
    const read = readRcpt(command, this.#sender.parameters.smtpUtf8)
    if ('wrong' in read) return read.wrong
    const { mailbox } = read
    if (!this.#host.accepts(mailbox)) return reply(550, '5.7.1', 'Not a recipient of this MTA, relaying denied')
    const { recipients } = this.#host.limits
    // RFC 5321 4.5.3.1.10: 452 for too many recipients; RFC 3463 3.6 X.5.3
    if (this.#recipients.size >= recipients && !this.#recipients.has(mailbox)) {
      return reply(452, '4.5.3', `Too many recipients, at most ${recipients} in a transaction`)
    }
    this.#recipients.add(mailbox)
    this.session.envelope.rcptTo = [{ address: mailbox, args: false }]
    return reply(250, '2.1.5', 'Recipient ok')
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    if (this.#hasParameters(command, callback)) return
    super.handler_DATA(command, callback)
  }

  override handler_RSET(command: Buffer, callback: () => void): void {
    if (this.#hasParameters(command, callback)) return
    super.handler_RSET(command, callback)
  }

  override handler_QUIT(command: Buffer, callback: () => void): void {
    if (this.#hasParameters(command, callback)) return
    super.handler_QUIT(command, callback)
  }

  /** RFC 5321 4.1.1.4, 4.1.1.5, 4.1.1.10: DATA, RSET and QUIT take none. */
  #hasParameters(command: Buffer, callback: () => void): boolean {
    if (command.toString('latin1').trim().length === 4) return false
    this.#answer(reply(501, '5.5.4', 'This command takes no parameters'))
    callback()
    return true
  }

  /** The transaction at DATA; null where smtp-server let one pass that has no sender or HELO, which it does not. */
  transaction(): Transaction | null {
    const sender = this.#sender
    if (!sender || this.#helo === null) return null
    this.#stage = 'message'
    const envelope: Envelope = {
      reversePath: sender.path,
      recipients: [...this.#recipients].map(mailbox => ({ mailbox })),
      eightBit: sender.parameters.eightBit,
      smtpUtf8: sender.parameters.smtpUtf8,
    }
    return {
      client: { address: this.remoteAddress, port: this.remotePort, helo: this.#helo },
      protocol: this.#protocol(sender.parameters),
      envelope,
    }
  }

  #protocol({ smtpUtf8 }: MailParameters): Protocol {
    if (smtpUtf8) return 'UTF8SMTP'
    return this.#extended ? 'ESMTP' : 'SMTP'
  }
}
