/**
 * Clients that send messages to an MTA until it is gone, and keep what it has promised.
 */
import { connect, type RawClient } from '../support/raw-client.js'

export interface SentMessage {
  readonly recipients: readonly string[]
  readonly content: string
  /** It was answered 250. */
  acknowledged: boolean
}

function recipientsOf(n: number): readonly string[] {
  return n % 5 === 0 ? ['b@example.test', 'c@example.test'] : ['b@example.test']
}

/** Every eighth is larger than what the spool writes at once. */
function contentOf(n: number): string {
  return `Subject: n${n}\r\n\r\n${`message ${n}\r\n`.repeat(n % 8 === 0 ? 12_000 : 1 + (n % 50))}`
}

export class Load {
  /** Each message that was begun, by its number. */
  readonly sent: SentMessage[] = []
  /** What was answered instead of 354 or 250. */
  readonly refusals: string[] = []
  #stopped = false

  get acknowledged(): number {
    return this.sent.filter(({ acknowledged }) => acknowledged).length
  }

  /** Sends over so many connections. Resolves once all of them are gone, or have ended after `stop`. */
  async run(host: string, port: number, connections: number): Promise<void> {
    this.#stopped = false
    await Promise.all(Array.from({ length: connections }, () => this.#lane(host, port)))
  }

  stop(): void {
    this.#stopped = true
  }

  async #lane(host: string, port: number): Promise<void> {
    try {
      const client = await connect({ host, port })
      await client.reply()
      await client.command('EHLO client.test')
      while (!this.#stopped) await this.#send(client)
      await client.command('QUIT')
    } catch {
      // the MTA was killed: what it has not answered it has not promised
    }
  }

  async #send(client: RawClient): Promise<void> {
    const n = this.sent.length
    const message = { recipients: recipientsOf(n), content: contentOf(n), acknowledged: false }
    this.sent.push(message)
    const commands = ['MAIL FROM:<a@example.test>', ...message.recipients.map(to => `RCPT TO:<${to}>`), 'DATA']
    let last = null
    for (const command of commands) last = await client.command(command)
    if (last?.code === 354) {
      await client.write(`${message.content}.\r\n`)
      last = await client.reply()
      message.acknowledged = last.code === 250
    }
    if (!message.acknowledged) this.refusals.push(last?.lines.join('|') ?? '')
  }
}
