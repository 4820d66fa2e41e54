/**
 * One SMTP server on one address. It takes nothing over by itself: content goes to `open`, and 250 is said only after
 * that has promised to keep it.
 */
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import { formatReply, type Reply } from '../mail/reply.js'
import { receiveContent } from './content.js'
import { Session, type SessionHost } from './session.js'
import type { Receiving, Transaction } from './transaction.js'

export interface ListenerOptions extends SessionHost {
  readonly hostname: string
  readonly address: string
  /** 0 takes a free one. */
  readonly port: number
  open(transaction: Transaction): Receiving
}

type DataCallback = (error: Error | null, message?: string) => void

class Server extends SMTPServer {
  readonly #listener: ListenerOptions
  readonly #sessions = new WeakMap<SMTPServerSession, Session>()

  constructor(listener: ListenerOptions) {
    super({
      name: listener.hostname,
      logger: false,
      disableReverseLookup: true,
      disabledCommands: ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'],
      hideENHANCEDSTATUSCODES: false,
      size: listener.limits.messageSize,
      maxCommandLength: listener.limits.commandLength,
      socketTimeout: listener.limits.idleTime,
      heloResponse: '%s greets %s',
      onConnect: (_session, callback) => callback(null),
    })
    this.#listener = listener
  }

  /** No TLS context is built where there is no TLS: each costs 1.7 ms and memory. */
  override updateSecureContext(): void {
    this.secureContext = new Map()
  }

  override connect(socket: Socket, options: SMTPConnectionOptions | null = null): void {
    const session = new Session(this, socket, options, this.#listener)
    this.connections.add(session)
    this.#sessions.set(session.session, session)
    // a session that breaks off concerns its client alone
    session.on('error', () => session.close())
    session.init()
  }

  override onData(content: SMTPServerDataStream, session: SMTPServerSession, callback: DataCallback): void {
    const transaction = this.#sessions.get(session)?.transaction()
    if (!transaction) {
      callback(refusal({ code: 503, enhanced: '5.5.1', text: 'Send MAIL first' }))
      return
    }
    receiveContent(content, this.#listener.open(transaction), this.#listener.limits, said => {
      if (said.code < 400) callback(null, `${said.enhanced} ${said.text}`)
      else callback(refusal(said))
    })
  }

  get sessions(): Session[] {
    return [...this.connections].filter(connection => connection instanceof Session)
  }
}

function refusal(said: Reply): Error {
  return Object.assign(new Error(formatReply(said).slice(4)), { responseCode: said.code })
}

export class Listener {
  readonly #server: Server
  readonly #options: ListenerOptions

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#server = new Server(options)
  }

  /** Resolves with the port once it listens; rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL, EACCES). */
  listen(): Promise<number> {
    const { address, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host: address, port, backlog: 1024 }, () => {
        this.#server.off('error', reject)
        // an accept that fails (no file descriptors left) is that client's failure, the listener goes on
        this.#server.on('error', () => undefined)
        resolve(portOf(this.#server.server.address()))
      })
    })
  }

  /** Takes no new session, lets content that is on its way arrive for `drainTime` at most, then cuts what is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.server.close(() => resolve()))
    for (const session of this.#server.sessions) session.drain()
    const cut = setTimeout(() => {
      for (const session of this.#server.sessions) session.cut()
    }, this.#options.limits.drainTime)
    await closed
    clearTimeout(cut)
  }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address ? address.port : 0
}
