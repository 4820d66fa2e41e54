/**
 * An SMTP client that says exactly what the test tells it, over a real socket, and knows no protocol but replies.
 */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { parseReply, type Reply } from '../../src/mail/reply.js'
import { bounded, patience } from './bounded.js'
import { OctetReader } from './octet-reader.js'
import { write, writeOctetByOctet } from './write.js'

export interface RawClientOptions {
  readonly host: string
  readonly port: number
  /** The source address; the system's choice where absent. */
  readonly localAddress?: string
  /** Longest time that any one wait takes, in milliseconds. */
  readonly patience?: number
}

export interface RawReply extends Reply {
  /** The lines as they came, codes included, without their CRLF. */
  readonly lines: readonly string[]
}

/** How a connection ended: by both sides' FIN (null), or by an error such as ECONNRESET. */
export interface Closing {
  readonly error: string | null
}

/** Rejects where the connection is refused or not there in time. */
export async function connect(options: RawClientOptions): Promise<RawClient> {
  const { host, port, localAddress, patience: limit = patience } = options
  const socket = createConnection({ host, port, localAddress, noDelay: true })
  const connected = (signal: AbortSignal): Promise<unknown> => once(socket, 'connect', { signal })
  try {
    await bounded(limit, connected, () => `no connection to ${host} port ${port} within ${limit} ms`)
  } catch (error) {
    socket.destroy()
    throw error
  }
  return new RawClient(socket, limit)
}

export class RawClient {
  readonly #socket: Socket
  readonly #patience: number
  readonly #reader: OctetReader
  readonly #closed: Promise<Closing>
  #error: string | null = null

  constructor(socket: Socket, limit: number) {
    this.#socket = socket
    this.#patience = limit
    this.#reader = new OctetReader(socket)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.message
    })
    this.#closed = new Promise(resolve => {
      socket.once('close', () => resolve({ error: this.#error }))
    })
  }

  /** The next complete reply, all its lines. Rejects where the connection ends first or the server says what is no reply. */
  async reply(): Promise<RawReply> {
    const octets = await this.#wait('a complete reply', signal => this.#reader.take(replyLength, signal))
    if (octets === null) throw new Error(`the connection ended before a complete reply; ${this.#receivedSoFar()}`)
    return readReply(octets)
  }

  /** Sends one line, CRLF added, and awaits one reply. */
  async command(line: string): Promise<RawReply> {
    await this.write(`${line}\r\n`)
    return this.reply()
  }

  /** Sends the octets as they are. Rejects where the connection is gone. */
  write(octets: string | Uint8Array): Promise<void> {
    return this.#wait('the octets to be taken', () => write(this.#socket, octets))
  }

  /** Sends each octet in a TCP segment of its own. */
  writeOctetByOctet(octets: string | Uint8Array): Promise<void> {
    return this.#wait('all octets to be taken', signal => writeOctetByOctet(this.#socket, octets, signal))
  }

  /** Ends our side (FIN); what the server still says can be read. */
  end(): Promise<void> {
    return this.#wait('the end to be sent', () => new Promise(resolve => this.#socket.end(() => resolve())))
  }

  /** Breaks the connection off (RST); where our side has ended already, only closes it: libuv resets no socket that it shuts down. */
  async reset(): Promise<void> {
    if (this.#socket.writableEnded) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
    await this.closed
  }

  /** How the connection ended, awaited for a bounded time from the moment of asking. */
  get closed(): Promise<Closing> {
    return this.#wait('the connection to close', () => this.#closed)
  }

  #wait<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = this.#patience
    return bounded(limit, work, () => `waited ${limit} ms in vain for ${what}; ${this.#receivedSoFar()}`)
  }

  #receivedSoFar(): string {
    return `received so far: ${JSON.stringify(this.#reader.pending.toString())}`
  }
}

/** RFC 5321 4.2.1: a reply ends with the first line whose code is not followed by "-". */
function replyLength(received: Buffer): number {
  const lastLine = /^(?!\d{3}-).*\r\n/m.exec(received.toString('latin1'))
  return lastLine ? lastLine.index + lastLine[0].length : 0
}

function readReply(octets: Buffer): RawReply {
  const raw = octets.toString().slice(0, -2)
  const lines = raw.split('\r\n')
  const parsed = parseReply(raw)
  const code = lines[0]?.slice(0, 3) ?? ''
  if (parsed === null || lines.some(line => !line.startsWith(code) || /[\r\n]/.test(line))) {
    throw new Error(`this is no reply: ${JSON.stringify(raw)}`)
  }
  return { ...parsed, lines }
}
