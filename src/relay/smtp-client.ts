/**
 * nodemailer's SMTPConnection, stricter where mail could be lost: replies are checked and written down, each has a
 * deadline, and the content leaves octet for octet. Every failure ends the connection: `error` tells it, `end` follows.
 */
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import type { NodemailerError } from 'nodemailer'
import { type DsnRequest, mailParameters, rcptParameters } from '../mail/dsn.js'
import { ContentStream } from './content-stream.js'
import { DeclaredConnection } from './declared-connection.js'
import { type Asked, Dialogue } from './dialogue.js'

export interface SmtpClientOptions {
  readonly address: string
  readonly port: number
  /** The socket's source address. */
  readonly localAddress: string
  /** Said in EHLO. */
  readonly hostname: string
  /** For connecting and the greeting together, ms. */
  readonly connectTime: number
  /** For each reply, and for each piece of content to be taken, ms. */
  readonly replyTime: number
}

/** Longest reply, in octets; EHLO's is the longest that servers give. */
const longestReply = 64 * 1024

const verbs: ReadonlyMap<string, Asked> = new Map([
  ['EHLO', 'helo'],
  ['HELO', 'helo'],
  ['MAIL', 'mail'],
  ['RCPT', 'rcpt'],
  ['DATA', 'data'],
  // sent to a server that says 354 after it has refused all recipients
  ['.', 'message'],
])

export class SmtpClient extends DeclaredConnection {
  readonly dialogue = new Dialogue()
  readonly #replyTime: number
  #deadline: NodeJS.Timeout | undefined
  #extensions: ReadonlyMap<string, string> = new Map()
  #size = 0
  #smtpUtf8 = false
  #dsn: DsnRequest | null = null
  #rcptParameters: ReadonlyMap<string, string> = new Map()

  constructor(options: SmtpClientOptions) {
    super({
      host: options.address,
      port: options.port,
      localAddress: options.localAddress,
      name: options.hostname,
      ignoreTLS: true,
      logger: false,
      connectionTimeout: options.connectTime,
      greetingTimeout: options.connectTime,
      socketTimeout: options.replyTime,
      // a closed connection leaves nothing behind: no socket that waits for the other side's FIN
      socketCloseTimeout: 0,
      maxResponseSize: longestReply,
    })
    this.#replyTime = options.replyTime
    this.dialogue.ask('connect')
    this.once('connect', () => this.socket?.setTimeout(0))
    this.once('end', () => clearTimeout(this.#deadline))
  }

  get socket(): Socket | null {
    return this._socket || null
  }

  get isOpen(): boolean {
    return !this.destroyed && this.socket?.writable === true
  }

  /** The keywords of EHLO, each with its parameters. */
  get extensions(): ReadonlyMap<string, string> {
    return this.#extensions
  }

  /** Before `send`: what it can't be told. `size` is the octets that the content must have. */
  prepare(size: number, smtpUtf8: boolean, dsn: DsnRequest | null): void {
    this.#size = size
    this.#dsn = dsn
    this.#rcptParameters = new Map(dsn?.recipients.map(each => [`RCPT TO:<${each.mailbox}>`, rcptParameters(each)]))
    this.#smtpUtf8 = smtpUtf8
    this.dialogue.beginTransaction()
  }

  /** RFC 5321 4.1.1.1: a keyword stands at the start of a line; nodemailer finds it anywhere in the reply. */
  override _parseEhloExtensions(reply: string): void {
    super._parseEhloExtensions(reply)
    this.#extensions = extensionsOf(this._ehloLines ?? [])
    this._supportedExtensions = this._supportedExtensions.filter(keyword => this.#extensions.has(keyword))
    this._maxAllowedSize = 0
  }

  // RFC 6531 3.4: a message that came with SMTPUTF8 goes on with it, also where its addresses are ASCII
  override _sendCommand(command: string, logged?: string): void {
    const [verb = ''] = command.split(' ', 1)
    const missing = verb === 'MAIL' && this.#smtpUtf8 && !/ SMTPUTF8( |$)/.test(afterPath(command))
    this.#ask(verbs.get(verb) ?? 'other')
    super._sendCommand(`${command}${missing ? ' SMTPUTF8' : ''}${this.#dsnParameters(verb, command)}`, logged)
  }

  /** nodemailer has the same ones for all recipients. */
  #dsnParameters(verb: string, command: string): string {
    if (verb === 'MAIL' && this.#dsn) return mailParameters(this.#dsn)
    return this.#rcptParameters.get(command) ?? ''
  }

  /** All that has come is handled at once: a connection that breaks next takes no reply with it. */
  override _processResponse(): void {
    for (let [raw] = this._responseQueue; raw !== undefined && isWhole(raw); [raw] = this._responseQueue) {
      if (this.destroyed) return
      if (raw.trim() !== '' && !this.#hear(raw)) return
      super._processResponse()
    }
  }

  override _createSendStream(callback: (error: Error | null, reply: string) => void): Writable {
    const { socket, dialogue } = this
    if (!socket) throw new Error('no socket')
    this._responseActions.push(said => callback(said.startsWith('2') ? null : new Error('refused'), said))
    dialogue.inContent = true
    // a server that takes nothing any more
    socket.setTimeout(this.#replyTime)
    const stream = new ContentStream(socket, this.#size)
    stream.once('error', (error: Error) => this._onError(error, 'ESTREAM', false, 'CONN'))
    return stream.once('finish', () => {
      dialogue.inContent = false
      socket.setTimeout(0)
      this.#ask('message')
    })
  }

  /** False where it ends the connection. */
  #hear(raw: string): boolean {
    const wrong = this.dialogue.hear(Buffer.from(raw, 'latin1').toString())
    if (wrong === null) this.#startDeadline()
    else this.#fail(wrong, 'EPROTOCOL')
    return wrong === null
  }

  #ask(asked: Asked): void {
    const isWaiting = this.dialogue.owes
    this.dialogue.ask(asked)
    if (!isWaiting) this.#startDeadline()
  }

  /** For the next reply that is owed, however slowly its octets come. */
  #startDeadline(): void {
    clearTimeout(this.#deadline)
    if (!this.dialogue.owes || this.destroyed) return
    this.#deadline = setTimeout(() => this.#fail('no reply in time', 'ETIMEDOUT'), this.#replyTime)
  }

  #fail(reason: string, code: string): void {
    this._onError(new Error(reason), code, false, 'CONN')
  }
}

function extensionsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map(line => {
      const [keyword = '', ...parameters] = line.split(/[ \t]+/)
      return [keyword.toUpperCase(), parameters.join(' ')]
    }),
  )
}

function afterPath(command: string): string {
  return command.slice(command.lastIndexOf('>') + 1)
}

/** False for a reply whose last line is still to come. */
function isWhole(raw: string): boolean {
  return !/^\d+-/.test(raw.slice(raw.lastIndexOf('\n') + 1))
}

/** What went wrong, in the system's code or a sentence. */
export function causeOf(error: NodemailerError): string {
  const { originalCode, code, message } = error
  if (code === 'ECONNECTION' || originalCode?.startsWith('ERR_STREAM')) return 'the other side closed the connection'
  return originalCode ?? (code === 'ETIMEDOUT' ? code : message)
}

/** The other side has ended the connection: nothing was refused, nothing timed out. */
export function isClosedByPeer({ code }: NodemailerError): boolean {
  return code === 'ECONNECTION' || code === 'ESOCKET'
}
