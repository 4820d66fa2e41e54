/**
 * An SMTP server that behaves as a test's script says, on a loopback address and a free port: for failures that no honest server shows.
 */
import { EventEmitter, once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { bounded, patience } from './bounded.js'
import type { Script } from './script.js'
import { type PeerMessage, reset, ScriptedSession, type SessionRecord } from './scripted-session.js'

export interface PeerOptions {
  /** 127.0.0.1 where absent. */
  readonly host?: string
  /** A free port where absent. */
  readonly port?: number
  /** The first attempt follows the first script, and so on. */
  readonly attempts?: readonly Script[]
  /** What all further attempts follow; everything goes well where absent. */
  readonly otherwise?: Script
  /** Longest time that waitForMessage takes, in milliseconds. */
  readonly patience?: number
}

export async function startScriptedPeer(options: PeerOptions = {}): Promise<ScriptedPeer> {
  const { host = '127.0.0.1', port = 0 } = options
  const server = createServer({ noDelay: true })
  const peer = new ScriptedPeer(server, options)
  server.listen(port, host)
  await once(server, 'listening')
  return peer
}

export class ScriptedPeer {
  /** In the order in which they connected. */
  readonly sessions: SessionRecord[] = []
  /** The most connections that were open at the same time; one that the peer has ended is not. */
  mostAtOnce = 0
  readonly #server: Server
  readonly #patience: number
  readonly #attempts: Script[]
  readonly #otherwise: Script
  readonly #sockets = new Set<Socket>()
  readonly #running: Promise<void>[] = []
  readonly #untaken: PeerMessage[] = []
  readonly #arrivals = new EventEmitter()

  constructor(server: Server, { attempts = [], otherwise = {}, patience: limit = patience }: PeerOptions) {
    this.#server = server
    this.#patience = limit
    this.#attempts = [...attempts]
    this.#otherwise = otherwise
    server.on('connection', socket => this.#serve(socket))
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the scripted peer does not listen')
    return address.port
  }

  /** The next message whose final dot has come, whatever the peer answers; each is handed out once. Waits for a bounded time. */
  waitForMessage(): Promise<PeerMessage> {
    const next = async (signal: AbortSignal): Promise<PeerMessage> => {
      for (;;) {
        const message = this.#untaken.shift()
        if (message) return message
        await once(this.#arrivals, 'message', { signal })
      }
    }
    const limit = this.#patience
    return bounded(limit, next, () => `no message within ${limit} ms; sessions: ${this.#describeSessions()}`)
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  /** Says something that nobody asked for, on every open connection. The CRLF is added. */
  say(text: string): void {
    for (const socket of this.#sockets) socket.write(`${text}\r\n`)
  }

  /** Ends (FIN) or breaks off (RST) every open connection, and goes on listening. */
  hangUp(how: 'drop' | 'reset'): void {
    for (const socket of this.#sockets) {
      if (how === 'drop') socket.end()
      else reset(socket)
    }
  }

  /** Stops listening, breaks off what is open. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([closed, ...this.#running])
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const open = [...this.#sockets].filter(({ writableEnded }) => !writableEnded)
    this.mostAtOnce = Math.max(this.mostAtOnce, open.length)
    socket.once('close', () => this.#sockets.delete(socket))
    // A client that resets the connection is part of the tests; its session ends by it
    socket.on('error', () => socket.destroy())
    const session = new ScriptedSession(
      socket,
      () => this.#attempts.shift() ?? this.#otherwise,
      message => this.#deliver(message),
    )
    this.sessions.push(session)
    this.#running.push(session.run())
  }

  #deliver(message: PeerMessage): void {
    this.#untaken.push(message)
    this.#arrivals.emit('message')
  }

  #describeSessions(): string {
    return JSON.stringify(this.sessions.map(session => session.commands))
  }
}
