/**
 * Hands a message to the next MTA. The promise: it never rejects; every recipient gets an outcome; `delivered` only
 * after the next MTA's 250 to the final dot. A connection that turns out to be dead before anything was answered is
 * replaced once, at once; the message was not sent then, so nothing can arrive twice. After the final dot a broken
 * connection defers: whether the other side took the message is not known (RFC 1047).
 */
import { Readable } from 'node:stream'
import type { Peer } from '../journal/event.js'
import { type Mailbox, needsSmtpUtf8, type ReversePath } from '../mail/address.js'
import type { DsnRequest } from '../mail/dsn.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import { Connection } from './connection.js'
import { cannotCarry } from './extensions.js'
import { isOverLimit, judge } from './outcome.js'
import { Pool, type PoolOptions } from './pool.js'
import { notTaken, type Transmission } from './transmission.js'

export interface Message {
  readonly reversePath: ReversePath
  readonly recipients: readonly Mailbox[]
  /** Octets of the content: with more or fewer of them it is not sent. */
  readonly size: number
  readonly eightBit: boolean
  /** It came with SMTPUTF8, and goes on with it where that is offered. */
  readonly smtpUtf8: boolean
  /** The header has octets above 127; absent: `smtpUtf8` says it. */
  readonly utf8Header?: boolean | undefined
  /** What the sender wants to be told; absent: nothing was said of it. */
  readonly dsn?: DsnRequest | undefined
  /** The octets, piece by piece; asked for once for each try. */
  content(): Iterable<Uint8Array>
  /** Told which socket will carry the message before anything of it is sent; what it returns is called afterwards. */
  onTransaction(local: Peer): () => void
}

/** Contents up to this size are gathered first, and go in one write. */
const small = 64 * 1024

export class Relay {
  readonly #pool: Pool
  /** How many recipients the other side takes in a transaction, as it has shown. */
  #mostRecipients = Number.POSITIVE_INFINITY

  constructor(options: PoolOptions) {
    this.#pool = new Pool(options)
  }

  async send(message: Message): Promise<Outcomes> {
    const outcomes = new Map<Mailbox, Outcome>()
    const smtpUtf8 = message.smtpUtf8 || [message.reversePath, ...message.recipients].some(needsSmtpUtf8)
    let left = [...new Set(message.recipients)]
    while (left.length > 0) {
      const recipients = left.slice(0, this.#mostRecipients)
      const transmission = await this.#try({ ...message, recipients, smtpUtf8 })
      const over = this.#overLimit(recipients, transmission)
      const concerned = isAboutAll(transmission, recipients, over) ? left : recipients
      for (const [recipient, outcome] of judge(concerned, transmission, message.dsn)) outcomes.set(recipient, outcome)
      const again = transmission.kind === 'taken' || over.length === 0 ? over : recipients
      left = [...again, ...left.slice(concerned.length)]
    }
    return outcomes
  }

  /** Those that the other side had no room for in this transaction; it is asked for no more than it took from now on. */
  #overLimit(recipients: readonly Mailbox[], { refused }: Transmission): Mailbox[] {
    const over = recipients.filter(recipient => {
      const problem = refused.get(recipient)
      return problem !== undefined && isOverLimit(problem)
    })
    if (over.length === recipients.length) return []
    if (over.length > 0) this.#mostRecipients = recipients.length - over.length
    return over
  }

  /** Ends what is under way as deferred; resolves once no socket is left. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  async #try(message: Message): Promise<Transmission> {
    const connection = await this.#pool.acquire()
    if (!(connection instanceof Connection)) return notTaken(connection)
    const transmission = await this.#transmit(connection, message)
    if (!connection.wasIdle || !connection.isStale) return transmission
    const fresh = await this.#pool.connect()
    return fresh instanceof Connection ? this.#transmit(fresh, message) : notTaken(fresh)
  }

  async #transmit(connection: Connection, message: Message): Promise<Transmission> {
    const content = cannotCarry(connection, message) ?? contentOf(message)
    if (!isContent(content)) {
      this.#pool.release(connection)
      return notTaken(content)
    }
    const over = message.onTransaction(connection.local)
    const transmission = await connection.send({ ...message, content })
    over()
    await this.#giveBack(connection, transmission)
    return transmission
  }

  /** RFC 5321 4.1.1.5: RSET ends what a refusal left half done. One that lost step (4.2.4: 503) is of no more use. */
  async #giveBack(connection: Connection, transmission: Transmission): Promise<void> {
    const isClean =
      transmission.kind === 'taken' || (transmission.problem.reply?.code !== 503 && (await connection.reset()))
    if (isClean) this.#pool.release(connection)
    else connection.close('lost step')
  }
}

/** A small content as a whole, a large one piece by piece; a problem where it can't be read. */
function contentOf(message: Message): Buffer | Readable | Problem {
  try {
    return message.size <= small ? Buffer.concat([...message.content()]) : Readable.from(message.content())
  } catch (error) {
    return { stage: 'message', reply: null, cause: error instanceof Error ? error.message : String(error) }
  }
}

function isContent(content: Buffer | Readable | Problem): content is Buffer | Readable {
  return content instanceof Buffer || content instanceof Readable
}

/** What ended the transaction concerns those too that were to come after it: no recipient, but message or site. */
function isAboutAll(transmission: Transmission, recipients: readonly Mailbox[], over: readonly Mailbox[]): boolean {
  return transmission.kind === 'not-taken' && over.length === 0 && transmission.refused.size < recipients.length
}
