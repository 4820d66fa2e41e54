/**
 * The routes over HTTP. Every question gets an answer in JSON, a refusal too; one that does not come to its end is cut
 * off, and so is every connection when the server stops: only what is being answered may go on, for a moment. What waits
 * for something to happen ends then.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'
import { largestDocument, Room } from './body.js'
import type { Controlled } from './controlled.js'
import { type Question, readQuestion } from './question.js'
import { answerClientError, refuse, reply, tellMethods } from './reply.js'
import { type Answer, type Refusal, refusal, type Route } from './route.js'

export interface ServerOptions {
  /** Why a request is not served, before anything of it is looked at; null where it is. */
  readonly admit: (request: IncomingMessage) => Refusal | null
  /** The type of a body has to be said. */
  readonly strict: boolean
  /** Connections at once: for one more, that is closed which has been idle longest, or it itself where none is. */
  readonly connections: number
  /** How long a question may take to come, ms. */
  readonly askingTime: number
}

/** How long a connection may stand still while it is answered, ms. */
const silentTime = 60_000
/** How long what is being answered may still take once the server stops, ms. */
const closingTime = 1_000
/** Octets. */
const longestHeader = 16 * 1024
/** Questions on one connection that are not answered yet; whoever has more of them is cut off. */
const mostPipelined = 16
/** Answers at once that wait for something to happen. */
const mostLasting = 32

export class ControlServer {
  readonly server: Server
  readonly #controlled: Controlled
  readonly #options: ServerOptions
  readonly #largest: number
  readonly #room: Room
  /** How many questions of each are not answered yet; that which has been idle longest stands first of the idle ones. */
  readonly #sockets = new Map<Socket, number>()
  /** Their question is there, and its answer is not yet. */
  readonly #answering = new Set<Socket>()
  readonly #closing = new AbortController()
  #lasting = 0
  #heavy: Promise<void> = Promise.resolve()

  constructor(controlled: Controlled, options: ServerOptions) {
    this.#controlled = controlled
    this.#options = options
    this.#largest = Math.max(largestDocument, ...controlled.chain.mtas.map(({ config }) => config.limits.messageSize))
    this.#room = new Room(2 * this.#largest + 16 * largestDocument)
    const serve = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response)
    this.server = createServer(
      {
        headersTimeout: options.askingTime,
        requestTimeout: options.askingTime,
        connectionsCheckingInterval: Math.min(1_000, options.askingTime),
        maxHeaderSize: longestHeader,
        // it is looked at by those who need it
        requireHostHeader: false,
      },
      serve,
    )
    this.server.on('checkExpectation', serve)
    this.server.on('clientError', answerClientError)
    this.server.timeout = silentTime
    // an accept that fails (no file descriptors left) is that client's failure
    this.server.on('listening', () => this.server.on('error', () => undefined))
    this.server.on('connection', socket => {
      if (this.#sockets.size >= options.connections && !this.#closeIdle()) return void socket.destroy()
      this.#sockets.set(socket, 0)
      socket.setMaxListeners(0)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Resolves once no connection is open. */
  async close(): Promise<void> {
    this.#closing.abort()
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    for (const socket of this.#sockets.keys()) if (!this.#answering.has(socket)) socket.destroy()
    const cut = setTimeout(() => this.server.closeAllConnections(), closingTime)
    await closed
    clearTimeout(cut)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request
    if (this.#count(socket, 1) > mostPipelined) return void socket.destroy()
    const gone = new AbortController()
    const abort = (): void => gone.abort()
    socket.once('close', abort)
    let question: Question | null = null
    try {
      const { admit, strict } = this.#options
      const asked = await readQuestion(request, { admit, strict, largest: this.#largest, room: this.#room })
      if (this.#closing.signal.aborted) return
      this.#answering.add(socket)
      if ('status' in asked) refuse(asked, response)
      else if ('allowed' in asked) tellMethods(asked.allowed, response)
      else {
        question = asked
        await this.#answer(asked, gone.signal, response)
      }
      await finished(response, { signal: gone.signal })
    } catch {
      // who asked is gone, or a long answer broke off: what arrives is not taken for the whole
      response.destroy()
    } finally {
      this.#room.give(question?.held ?? 0)
      socket.off('close', abort)
      this.#count(socket, -1)
      this.#answering.delete(socket)
      if (this.#closing.signal.aborted) socket.end()
    }
  }

  #count(socket: Socket, more: number): number {
    const count = (this.#sockets.get(socket) ?? 0) + more
    // behind all others: it is the newest that did something
    if (this.#sockets.delete(socket)) this.#sockets.set(socket, count)
    return count
  }

  /** False where none is idle. */
  #closeIdle(): boolean {
    for (const [socket, count] of this.#sockets) {
      if (count > 0) continue
      this.#sockets.delete(socket)
      socket.destroy()
      return true
    }
    return false
  }

  async #answer(question: Question, gone: AbortSignal, response: ServerResponse): Promise<void> {
    const { lasts, heavy } = question.route
    const over = AbortSignal.any([gone, this.#closing.signal])
    if (heavy) return this.#inTurn(over, () => this.#ask(question, gone, response))
    if (!lasts) return this.#ask(question, gone, response)
    if (this.#lasting >= mostLasting)
      return refuse(refusal(503, `${mostLasting} questions wait already`, 'fewer at once: try again'), response)
    this.#lasting++
    try {
      await this.#ask(question, over, response)
    } finally {
      this.#lasting--
    }
  }

  async #ask(question: Question, signal: AbortSignal, response: ServerResponse): Promise<void> {
    const { socket } = response
    // what is asked may take its time; who reads the answer may not
    socket?.setTimeout(0)
    const answer = await ask(question, signal, this.#controlled)
    socket?.setTimeout(silentTime)
    await reply(answer, question, response)
  }

  /** After those that came before; rejects where nobody wants it any more when its turn comes. */
  #inTurn(over: AbortSignal, work: () => Promise<void>): Promise<void> {
    const done = this.#heavy.then(() => {
      over.throwIfAborted()
      return work()
    })
    this.#heavy = done.catch(() => undefined)
    return done
  }
}

/** What throws is a mistake of ours. */
async function ask(question: Question, signal: AbortSignal, controlled: Controlled): Promise<Answer | Refusal> {
  const { route, ...asked }: Question & { readonly route: Route } = question
  try {
    return await route.ask({ ...asked, signal }, controlled)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refusal(500, `unexpected: ${reason}`, 'no such failure: please report it')
  }
}
