/**
 * A connection to the next MTA: nodemailer's SMTPConnection, one transaction at a time. It never throws and never
 * rejects: what goes wrong comes back as a value with stage, reply and cause.
 */
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { NodemailerError } from 'nodemailer'
import SMTPConnection, { type SMTPConnectionOptions, type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import type { Peer } from '../journal/event.js'
import type { Mailbox, ReversePath } from '../mail/address.js'
import type { Stage } from '../mail/envelope.js'
import type { Problem } from '../mail/problem.js'
import { parseReply, type Reply } from '../mail/reply.js'

export interface ConnectionOptions {
  readonly address: string
  readonly port: number
  /** The socket's source address. */
  readonly localAddress: string
  /** Said in EHLO. */
  readonly hostname: string
  /** For connecting and the greeting, ms. */
  readonly connectTime: number
  /** For each reply, ms. */
  readonly replyTime: number
}

export interface Outgoing {
  readonly reversePath: ReversePath
  readonly recipients: readonly Mailbox[]
  /** Octets of the content. */
  readonly size: number
  readonly eightBit: boolean
  readonly smtpUtf8: boolean
  readonly content: Buffer | Readable
}

/** `refused` holds recipients that were refused one by one; `problem` is about all the others. */
export type Transmission =
  | { readonly kind: 'taken'; readonly reply: Reply; readonly refused: ReadonlyMap<string, Problem> }
  | { readonly kind: 'not-taken'; readonly problem: Problem; readonly refused: ReadonlyMap<string, Problem> }

/** What nodemailer has and does not declare. */
interface Undeclared {
  readonly _ehloLines?: readonly string[]
  _sendCommand(command: string, logged?: string): void
  _createSendStream(callback: (error: Error | null, response?: string) => void): Readable
}

type Declared = new (options?: SMTPConnectionOptions) => SMTPConnection & Undeclared

function declares(constructor: unknown): constructor is Declared {
  if (typeof constructor !== 'function') return false
  return '_sendCommand' in constructor.prototype && '_createSendStream' in constructor.prototype
}

// the declarations leave these out, and there is no other way to say SMTPUTF8 for a message with ASCII addresses
if (!declares(SMTPConnection)) throw new TypeError('nodemailer has changed: SMTPConnection has no _sendCommand')
const Base: Declared = SMTPConnection

class Client extends Base {
  smtpUtf8 = false
  small = false
  smtpStage: Stage = 'connect'

  get extensions(): string[] {
    return (this._ehloLines ?? []).map(line => line.split(' ')[0]?.toUpperCase() ?? '')
  }

  get socket(): Socket | null {
    return this._socket || null
  }

  // RFC 6531 3.4: a message that came with SMTPUTF8 goes on with it, also where its addresses are ASCII
  override _sendCommand(command: string, logged?: string): void {
    const missing = this.smtpUtf8 && command.startsWith('MAIL FROM:') && !/ SMTPUTF8( |$)/.test(command)
    super._sendCommand(missing ? `${command} SMTPUTF8` : command, logged)
  }

  /** A small content leaves with its final dot in one write. */
  override _createSendStream(callback: (error: Error | null, response?: string) => void): Readable {
    this.smtpStage = 'message'
    const socket = this.socket
    const stream = super._createSendStream(callback)
    if (!this.small || !socket) return stream
    socket.cork()
    return stream.once('end', () => socket.uncork())
  }
}

export class Connection {
  readonly #client: Client
  /** Transactions so far. */
  transactions = 0
  readonly openedAt = performance.now()

  private constructor(client: Client) {
    this.#client = client
  }

  static open(options: ConnectionOptions, onClose: (connection: Connection) => void): Promise<Connection | Problem> {
    const client = new Client({
      host: options.address,
      port: options.port,
      localAddress: options.localAddress,
      name: options.hostname,
      ignoreTLS: true,
      logger: false,
      connectionTimeout: options.connectTime,
      greetingTimeout: options.connectTime,
      socketTimeout: options.replyTime,
    })
    return new Promise(resolve => {
      const connection = new Connection(client)
      client.on('error', (error: NodemailerError) => resolve(problemOf(error, client.smtpStage)))
      client.once('end', () => {
        resolve({ stage: 'connect', reply: null, cause: 'the other side closed the connection' })
        onClose(connection)
      })
      client.connect((error?: NodemailerError) => {
        client.smtpStage = 'mail'
        resolve(error ? problemOf(error, 'connect') : connection)
      })
    })
  }

  /** This side of the socket. */
  get local(): Peer {
    const socket = this.#client.socket
    return { address: socket?.localAddress ?? '', port: socket?.localPort ?? 0 }
  }

  get isOpen(): boolean {
    return !this.#client.destroyed && this.#client.socket?.writable === true
  }

  offers(extension: string): boolean {
    return this.#client.extensions.includes(extension)
  }

  send(message: Outgoing): Promise<Transmission> {
    const client = this.#client
    this.transactions++
    client.smtpStage = 'mail'
    client.smtpUtf8 = message.smtpUtf8
    client.small = message.content instanceof Buffer
    const envelope = {
      from: message.reversePath ?? '',
      to: [...message.recipients],
      size: message.size,
      use8BitMime: message.eightBit,
    }
    return new Promise(resolve => {
      client.send(envelope, message.content, (error: NodemailerError | null, info?: SMTPConnectionSendInfo) => {
        resolve(error || !info ? notTaken(error, client.smtpStage) : taken(info))
      })
    })
  }

  /** Ends a transaction that was not completed; resolves with false where the connection is of no more use. */
  reset(): Promise<boolean> {
    return new Promise(resolve => {
      this.#client.once('end', () => resolve(false))
      this.#client.reset(error => resolve(!error))
    })
  }

  /** Says QUIT and resolves once the socket is closed, by force after `ms` milliseconds. */
  quit(ms: number): Promise<void> {
    const socket = this.#client.socket
    if (!socket || socket.destroyed) return Promise.resolve()
    return new Promise(resolve => {
      const force = setTimeout(() => socket.destroy(), ms)
      socket.once('close', () => {
        clearTimeout(force)
        resolve()
      })
      if (this.isOpen) this.#client.quit()
    })
  }

  /** Closes the socket at once; a transaction on it ends as not taken. */
  destroy(): void {
    this.#client.socket?.destroy()
  }
}

function taken(info: SMTPConnectionSendInfo): Transmission {
  const reply = parseReply(info.response)
  const refused = refusals(info.rejectedErrors ?? [])
  if (reply) return { kind: 'taken', reply, refused }
  return { kind: 'not-taken', problem: { stage: 'message', reply: null, cause: `no reply: ${info.response}` }, refused }
}

function notTaken(error: NodemailerError | null, stage: Stage): Transmission {
  const problem = error ? problemOf(error, stage) : { stage, reply: null, cause: 'no result' }
  return { kind: 'not-taken', problem, refused: refusals(error?.rejectedErrors ?? []) }
}

function refusals(errors: readonly NodemailerError[]): ReadonlyMap<string, Problem> {
  return new Map(errors.map(error => [error.recipient ?? '', problemOf(error, 'rcpt')]))
}

function problemOf(error: NodemailerError, stage: Stage): Problem {
  const reply = error.response ? parseReply(error.response) : null
  const cause = error.originalCode ?? error.code ?? error.message
  return { stage: stageOf(error) ?? stage, reply, cause: cause === 'EMESSAGE' ? error.message : cause }
}

function stageOf({ command, code }: NodemailerError): Stage | null {
  switch (command) {
    case 'EHLO':
    case 'HELO':
      return 'helo'
    case 'MAIL FROM':
      return 'mail'
    case 'RCPT TO':
      return 'rcpt'
    case 'DATA':
      return code === 'EMESSAGE' ? 'message' : 'data'
    default:
      return null
  }
}
