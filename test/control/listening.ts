/**
 * A client of server-sent events (HTML Living Standard, 9.2.6), as far as a chain sends them.
 */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

export interface ServerEvent {
  /** null where it has none. */
  readonly id: string | null
  readonly event: string
  /** Read as JSON. */
  readonly data: unknown
}

export class Listening {
  readonly headers: IncomingMessage['headers']
  readonly #answer: IncomingMessage
  readonly #untaken: ServerEvent[] = []
  #rest = ''
  #notify: () => void = () => undefined

  private constructor(answer: IncomingMessage) {
    this.#answer = answer
    this.headers = answer.headers
    answer.setEncoding('utf8')
    answer.on('error', () => undefined)
    answer.on('data', (text: string) => this.#take(text))
  }

  static async to(port: number, path: string, headers: Record<string, string>): Promise<Listening> {
    const asking = request({ host: '127.0.0.1', port, path, headers, agent: false })
    asking.end()
    const [answer] = await once(asking, 'response')
    return new Listening(answer)
  }

  async next(): Promise<ServerEvent> {
    for (;;) {
      const event = this.#untaken.shift()
      if (event) return event
      await new Promise<void>(resolve => {
        this.#notify = resolve
      })
    }
  }

  async take(count: number): Promise<ServerEvent[]> {
    const events: ServerEvent[] = []
    while (events.length < count) events.push(await this.next())
    return events
  }

  pause(): void {
    this.#answer.pause()
  }

  resume(): void {
    this.#answer.resume()
  }

  /** Resolves with how it ended: whole, or broken off. */
  async ended(): Promise<'end' | 'broken'> {
    await once(this.#answer, 'close')
    return this.#answer.complete ? 'end' : 'broken'
  }

  close(): void {
    this.#answer.destroy()
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map(line => [line.split(': ')[0] ?? '', line.replace(/^\w*: /, '')]))
      const data = fields.get('data')
      if (data === undefined) continue
      this.#untaken.push({
        id: fields.get('id') ?? null,
        event: fields.get('event') ?? 'message',
        data: JSON.parse(data),
      })
    }
    this.#notify()
  }
}
