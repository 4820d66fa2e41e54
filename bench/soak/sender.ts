/**
 * A client that sends message after message to an MTA at which everything goes wrong, and knows which of them it got 250
 * for. Whatever fails is that message's end; the next one goes over a new connection where this one is closed.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface Accepted {
  readonly id: string
  readonly recipients: readonly string[]
}

/** Longest silence of the server's, ms. */
const patience = 3000
const mailboxes = ['one', 'two', 'three', 'four', 'five', 'grey1', 'grey2'].map(name => `${name}@example.test`)

export class Sender {
  readonly #address: string
  readonly #port: number
  readonly #random: () => number
  readonly #accepted: (message: Accepted) => void
  #session: Session | null = null
  /** Messages it tried to send. */
  tried = 0

  constructor(address: string, port: number, random: () => number, accepted: (message: Accepted) => void) {
    this.#address = address
    this.#port = port
    this.#random = random
    this.#accepted = accepted
  }

  async run(until: number): Promise<void> {
    while (performance.now() < until) {
      await this.#one()
      await wait(this.#random() * 100)
    }
    this.#session?.close()
  }

  async #one(): Promise<void> {
    this.tried++
    try {
      this.#session ??= await Session.open(this.#address, this.#port)
      const message = await this.#send(this.#session)
      if (message) this.#accepted(message)
    } catch {
      this.#session?.close()
      this.#session = null
    }
  }

  async #send(session: Session): Promise<Accepted | null> {
    const from = this.#random() < 0.05 ? '' : 'sender@example.test'
    const recipients = this.#recipients()
    const rcpts = recipients.map(mailbox => `RCPT TO:<${mailbox}>\r\n`)
    session.write(`MAIL FROM:<${from}>\r\n${rcpts.join('')}DATA\r\n`)
    await session.reply()
    const taken: string[] = []
    for (const mailbox of recipients) if ((await session.reply()).startsWith('250')) taken.push(mailbox)
    if ((await session.reply()).startsWith('354')) {
      session.write(taken.length > 0 ? this.#content() : '.\r\n')
      const id = /^250 .* queued as (\w+)/.exec(await session.reply())?.[1]
      return id === undefined ? null : { id, recipients: taken }
    }
    session.write('RSET\r\n')
    await session.reply()
    return null
  }

  #recipients(): string[] {
    const [first, count] = [Math.floor(this.#random() * mailboxes.length), 1 + Math.floor(this.#random() * 3)]
    return Array.from({ length: count }, (_, at) => mailboxes[(first + at) % mailboxes.length] ?? '')
  }

  /** 1 to 40 KB. */
  #content(): string {
    const lines = Math.floor((1 + this.#random() * 39) * 16)
    return `Subject: number ${this.tried}\r\n\r\n${`${'soak'.repeat(15)}\r\n`.repeat(lines)}.\r\n`
  }
}

class Session {
  readonly #socket: Socket
  readonly #replies: AsyncIterator<string>

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.setTimeout(patience, () => socket.destroy(new Error('silent')))
    this.#replies = repliesOf(socket)
  }

  static async open(address: string, port: number): Promise<Session> {
    const session = new Session(connect({ host: address, port, noDelay: true }))
    try {
      if (!(await session.reply()).startsWith('220')) throw new Error('turned away')
      session.write('EHLO soak.test\r\n')
      if (!(await session.reply()).startsWith('250')) throw new Error('turned away')
      return session
    } catch (error) {
      session.close()
      throw error
    }
  }

  write(octets: string): void {
    this.#socket.write(octets)
  }

  /** The last line of the next reply; rejects where none comes. */
  async reply(): Promise<string> {
    const next = await this.#replies.next()
    if (next.done) throw new Error('closed')
    return next.value
  }

  close(): void {
    this.#socket.destroy()
  }
}

async function* repliesOf(socket: Socket): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of socket) {
    const lines = (rest + String(chunk)).split('\r\n')
    rest = lines.pop() ?? ''
    yield* lines.filter(line => /^\d{3}(?: |$)/.test(line))
  }
}
