/**
 * Hands a message to the next MTA. The promise: every recipient gets an outcome; `delivered` only after the next MTA's
 * 250 to the final dot. A connection that turns out to be dead before anything was answered is replaced once, at once;
 * the message was not sent then, so nothing can arrive twice.
 */
import { Readable } from 'node:stream'
import type { Peer } from '../journal/event.js'
import type { Mailbox, ReversePath } from '../mail/address.js'
import { forAll, type Outcomes } from '../mail/outcome.js'
import type { Problem } from '../mail/problem.js'
import type { Reply } from '../mail/reply.js'
import { Connection, type Outgoing, type Transmission } from './connection.js'
import { judge, judgeProblem } from './outcome.js'
import { Pool, type PoolOptions } from './pool.js'

export interface Message {
  readonly reversePath: ReversePath
  readonly recipients: readonly Mailbox[]
  readonly size: number
  readonly eightBit: boolean
  readonly smtpUtf8: boolean
  /** The octets, piece by piece; asked for once for each try. */
  content(): Iterable<Uint8Array>
  /** Told which socket will carry the message before anything of it is sent; what it returns is called afterwards. */
  onTransaction(local: Peer): () => void
}

/** Contents up to this size go in one write. */
const small = 64 * 1024

// RFC 6531 3.2 and 3.5: never sent to a server that does not offer it; X.6.7 non-ASCII addresses not permitted
const noSmtpUtf8: Reply = { code: 553, enhanced: '5.6.7', text: 'The next MTA does not offer SMTPUTF8' }
// RFC 6152 3: X.6.3 conversion required but not supported
const noEightBit: Reply = { code: 554, enhanced: '5.6.3', text: 'The next MTA does not offer 8BITMIME' }

export class Relay {
  readonly #pool: Pool

  constructor(options: PoolOptions) {
    this.#pool = new Pool(options)
  }

  async send(message: Message): Promise<Outcomes> {
    const connection = await this.#pool.acquire()
    if (!(connection instanceof Connection)) return forAll(message.recipients, judgeProblem(connection))
    const reused = connection.transactions > 0
    const transmission = await this.#transmit(connection, message)
    if (!reused || !isStale(transmission)) return judge(message.recipients, transmission)
    const fresh = await this.#pool.connect()
    if (!(fresh instanceof Connection)) return forAll(message.recipients, judgeProblem(fresh))
    return judge(message.recipients, await this.#transmit(fresh, message))
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  async #transmit(connection: Connection, message: Message): Promise<Transmission> {
    const missing = cannotCarry(connection, message)
    if (missing) {
      this.#pool.release(connection)
      return { kind: 'not-taken', problem: missing, refused: new Map() }
    }
    const over = message.onTransaction(connection.local)
    const transmission = await connection.send(outgoing(message))
    over()
    await this.#giveBack(connection, transmission)
    return transmission
  }

  /** RFC 5321 4.1.1.5: RSET ends what a refusal left half done. */
  async #giveBack(connection: Connection, transmission: Transmission): Promise<void> {
    const clean = transmission.kind === 'taken' || (connection.isOpen && (await connection.reset()))
    if (clean) this.#pool.release(connection)
    else connection.destroy()
  }
}

function outgoing(message: Message): Outgoing {
  const { reversePath, recipients, size, eightBit, smtpUtf8 } = message
  const content = size <= small ? Buffer.concat([...message.content()], size) : Readable.from(message.content())
  return { reversePath, recipients, size, eightBit, smtpUtf8, content }
}

function cannotCarry(connection: Connection, message: Message): Problem | null {
  if (message.smtpUtf8 && !connection.offers('SMTPUTF8')) return { stage: 'mail', reply: noSmtpUtf8, cause: 'SMTPUTF8' }
  if (message.eightBit && !connection.offers('8BITMIME')) return { stage: 'mail', reply: noEightBit, cause: '8BITMIME' }
  return null
}

/** A kept connection which the other side had given up before this transaction. */
function isStale(transmission: Transmission): boolean {
  if (transmission.kind === 'taken') return false
  const { stage, reply } = transmission.problem
  return stage === 'mail' && (reply === null || reply.code === 421)
}
