/**
 * The routes over HTTP. Every question gets an answer in JSON, a refusal too; one that does not come to its end is cut
 * off, and so is every connection when the server stops: only what is being answered may go on, for a moment.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { readBody } from './body.js'
import { type Answer, type Refusal, refusal, type Route } from './route.js'
import { findRoute } from './routes.js'

/** How long a question may take to come, ms. */
const askingTime = 10_000
/** How long what is being answered may still take once the server stops, ms. */
const closingTime = 1_000

export class ControlServer {
  readonly server: Server
  readonly #routes: readonly Route[]
  readonly #sockets = new Set<Socket>()
  /** Their question is there, and its answer is not yet. */
  readonly #answering = new Set<Socket>()
  #isClosing = false

  constructor(routes: readonly Route[]) {
    this.#routes = routes
    const times = { headersTimeout: askingTime, requestTimeout: askingTime, connectionsCheckingInterval: 1_000 }
    this.server = createServer(times, (request, response) => void this.#serve(request, response))
    // an accept that fails (no file descriptors left) is that client's failure
    this.server.on('listening', () => this.server.on('error', () => undefined))
    this.server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Resolves once no connection is open. */
  async close(): Promise<void> {
    this.#isClosing = true
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    for (const socket of this.#sockets) if (!this.#answering.has(socket)) socket.destroy()
    const cut = setTimeout(() => this.server.closeAllConnections(), closingTime)
    await closed
    clearTimeout(cut)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request
    try {
      const asked = await readBody(request)
      if (this.#isClosing) return
      this.#answering.add(socket)
      if (this.#isClosing) response.setHeader('connection', 'close')
      await this.#answer(request, asked, response)
      await finished(response)
    } catch {
      // who asked is gone, or a long answer broke off: what arrives is not taken for the whole
      response.destroy()
    } finally {
      this.#answering.delete(socket)
      if (this.#isClosing) socket.end()
    }
  }

  async #answer(
    { method = '', url = '' }: IncomingMessage,
    asked: { readonly body: unknown } | Refusal,
    response: ServerResponse,
  ): Promise<void> {
    if ('status' in asked) return refuse(asked, response)
    const [path = '', search = ''] = url.split('?', 2)
    const found = findRoute(this.#routes, method, path)
    if ('status' in found) return refuse(found, response)
    const { route, params } = found
    const answer = await ask(() =>
      route.ask({ params, query: Object.fromEntries(new URLSearchParams(search)), body: asked.body }),
    )
    if ('status' in answer) return refuse(answer, response)
    return reply(answer, route.type, response)
  }
}

/** What throws is a mistake of ours. */
async function ask(asking: () => Promise<Answer | Refusal>): Promise<Answer | Refusal> {
  try {
    return await asking()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refusal(500, `unexpected: ${reason}`, 'no such failure: please report it')
  }
}

async function reply(answer: Answer, type: Route['type'], response: ServerResponse): Promise<void> {
  response.setHeader('content-type', type)
  if ('document' in answer) response.end(JSON.stringify(answer.document))
  else await pipeline(Readable.from(answer.pieces), response)
}

function refuse({ status, error, expected }: Refusal, response: ServerResponse): void {
  // RFC 9110 15.5.6: 405 tells the methods that there are
  if (status === 405) response.setHeader('allow', expected)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error, expected }))
}
