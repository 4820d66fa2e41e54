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

const recipientsOf = (n: number): readonly string[] =>
  n % 5 === 0 ? ['b@example.test', 'c@example.test'] : ['b@example.test']

/** Every eighth is larger than what the spool writes at once. */
function contentOf(n: number): string {
  return `Subject: n${n}\r\n\r\n${`message ${n}\r\n`.repeat(n % 8 === 0 ? 12_000 : 1 + (n % 50))}`
}

export class Load {
  /** Each message that was begun, by its number. */
  readonly sent: SentMessage[] = []

  /** Sends over so many connections. Resolves once all of them are gone. */
  async run(host: string, port: number, connections: number): Promise<void> {
    await Promise.all(Array.from({ length: connections }, () => this.#lane(host, port)))
  }

  async #lane(host: string, port: number): Promise<void> {
    try {
      const client = await connect({ host, port })
      await client.reply()
      await client.command('EHLO client.test')
      for (;;) await this.#send(client)
    } catch {
      // the MTA was killed: what it has not answered it has not promised
    }
  }

  async #send(client: RawClient): Promise<void> {
    const n = this.sent.length
    const message = { recipients: recipientsOf(n), content: contentOf(n), acknowledged: false }
    this.sent.push(message)
    const recipients = message.recipients.map(recipient => `RCPT TO:<${recipient}>\r\n`).join('')
    await client.write(`MAIL FROM:<a@example.test>\r\n${recipients}DATA\r\n`)
    for (let replies = message.recipients.length + 2; replies > 0; replies--) await client.reply()
    await client.write(`${message.content}.\r\n`)
    const { code } = await client.reply()
    if (code !== 250) throw new Error(`answered ${code}`)
    message.acknowledged = true
  }
}
