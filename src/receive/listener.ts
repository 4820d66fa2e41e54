/**
 * One SMTP server on one address. It takes nothing over by itself: content goes to `open`, and 250 is said only after
 * that has promised to keep it.
 */
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import type { Reply } from '../mail/reply.js'
import { shuttingDown, tooManySessions } from './replies.js'
import { Session, type SessionHost } from './session.js'

export interface ListenerOptions extends SessionHost {
  readonly address: string
  /** 0 takes a free one. */
  readonly port: number
}

class Server extends SMTPServer {
  /** All whose socket is open or whose message is pending, those that have said their last word included. */
  readonly sessions = new Set<Session>()
  isClosing = false
  isHurried = false
  readonly #host: SessionHost

  constructor(host: SessionHost) {
    super({
      name: host.hostname,
      logger: false,
      disableReverseLookup: true,
      disabledCommands: ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'],
      // the parser's limit is without CRLF, but with a CR whose LF is not there yet
      maxCommandLength: host.limits.commandLength - 1,
      socketTimeout: host.limits.idleTime,
      // a client that ends its side still gets its replies
      allowHalfOpen: true,
      onConnect: (_session, callback) => callback(null),
    })
    this.#host = host
    // between accept and session, too, a client may break off
    this.server.on('connection', socket => socket.on('error', () => undefined))
  }

  /** No TLS context is built where there is no TLS: each costs 1.7 ms and memory. */
  override updateSecureContext(): void {
    this.secureContext = new Map()
  }

  override connect(socket: Socket, options: SMTPConnectionOptions | null = null): void {
    const session = new Session(this, socket, options, this.#host)
    this.connections.add(session)
    this.sessions.add(session)
    // a session that breaks off concerns its client alone
    session.on('error', () => session.close())
    session.once('gone', () => {
      this.sessions.delete(session)
      this.emit('gone')
    })
    if (this.isHurried) session.hurry()
    session.start(this.#turnsAway())
    if (this.isClosing) session.drain()
  }

  #turnsAway(): Reply | null {
    if (this.isClosing) return shuttingDown
    return this.connections.size > this.#host.limits.connections ? tooManySessions : null
  }
}

export class Listener {
  readonly #server: Server
  readonly #options: ListenerOptions
  #closing: Promise<void> | null = null

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#server = new Server(options)
  }

  /** How many are open. */
  get sessions(): number {
    return this.#server.sessions.size
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

  /** Lets no fault rule keep a session waiting any more. */
  hurry(): void {
    this.#server.isHurried = true
    for (const session of this.#server.sessions) session.hurry()
  }

  /**
   * Takes no new session, lets content that is on its way arrive for `drainTime` at most, then cuts what is left; a
   * message whose final dot has come gets its reply, always. Resolves once no socket is open and no message pending.
   * Called again it is the same close.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const server = this.#server
    server.isClosing = true
    const closed = new Promise<void>(resolve => server.server.close(() => resolve()))
    for (const session of server.sessions) session.drain()
    const cut = setTimeout(() => this.#cut(), this.#options.limits.drainTime)
    await closed
    while (server.sessions.size > 0) await new Promise(resolve => server.once('gone', resolve))
    clearTimeout(cut)
  }

  #cut(): void {
    for (const session of this.#server.sessions) session.cut()
    // what was said has left by then, where the client reads at all
    setImmediate(() => {
      for (const session of this.#server.sessions) session.destroy()
    })
  }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address ? address.port : 0
}
