/**
 * A connection to the next MTA, one transaction at a time. It never throws and never rejects: what goes wrong comes
 * back as a value with stage, reply and cause. However it ends, whoever waits on it is told.
 */
import { Readable } from 'node:stream'
import type { NodemailerError } from 'nodemailer'
import type { Peer } from '../journal/event.js'
import type { Mailbox, ReversePath } from '../mail/address.js'
import { type DsnRequest, withAsciiOriginal } from '../mail/dsn.js'
import type { Problem } from '../mail/problem.js'
import { isPassed } from './dialogue.js'
import { causeOf, isClosedByPeer, SmtpClient, type SmtpClientOptions } from './smtp-client.js'
import { problemOf, type Transmission, transmissionOf } from './transmission.js'

export interface Outgoing {
  readonly reversePath: ReversePath
  /** No two the same. */
  readonly recipients: readonly Mailbox[]
  /** Octets of the content: with more or fewer of them the message is not sent. */
  readonly size: number
  readonly eightBit: boolean
  readonly smtpUtf8: boolean
  readonly dsn?: DsnRequest | undefined
  readonly content: Buffer | Readable
}

const nothing = (): void => undefined

export class Connection {
  readonly #client: SmtpClient
  #error: NodemailerError | null = null
  /** Why this side closed it. */
  #ownEnd: string | null = null
  #onEnd = nothing
  readonly openedAt = performance.now()
  /** It has waited unused: the other side may have closed it meanwhile. */
  wasIdle = false
  /** The other side had closed it before the last transaction: nothing of the message was sent. */
  isStale = false

  constructor(options: SmtpClientOptions, onClose: (connection: Connection) => void) {
    this.#client = new SmtpClient(options)
    this.#client.on('error', (error: NodemailerError) => {
      this.#error = error
    })
    this.#client.once('end', () => {
      this.#onEnd()
      onClose(this)
    })
  }

  /** Resolves once the other side has greeted and answered EHLO: with null, or with what went wrong. */
  open(): Promise<Problem | null> {
    return this.#untilEnd<Problem | null>(
      done => this.#client.connect(error => done(error ? this.#failure(error) : null)),
      () => this.#refusal() ?? this.#failure(this.#error),
    )
  }

  /** This side of the socket. */
  get local(): Peer {
    const socket = this.#client.socket
    return { address: socket?.localAddress ?? '', port: socket?.localPort ?? 0 }
  }

  get isOpen(): boolean {
    return this.#client.isOpen
  }

  offers(extension: string): boolean {
    return this.#client.extensions.has(extension)
  }

  /** The largest message that the other side takes, in octets (RFC 1870); null where it does not say. */
  get largest(): number | null {
    return Number(this.#client.extensions.get('SIZE') ?? 0) || null
  }

  async send(message: Outgoing): Promise<Transmission> {
    const { reversePath, recipients, size, eightBit, smtpUtf8, dsn, content } = message
    const client = this.#client
    client.prepare(size, smtpUtf8 && this.offers('SMTPUTF8'), this.#parameters(dsn))
    const envelope = { from: reversePath ?? '', to: [...recipients], size, use8BitMime: eightBit }
    const failure = await this.#untilEnd<Problem | null>(
      done => client.send(envelope, content, error => done(error ? this.#failure(error) : null)),
      () => this.#failure(this.#error),
    )
    this.isStale = failure !== null && this.#wasClosedBefore()
    if (content instanceof Readable) content.destroy()
    // a content that stopped half way: whatever is sent next would be part of it
    if (client.dialogue.inContent) client.close()
    return transmissionOf(recipients, client.dialogue.answers, failure, this.offers('DSN'))
  }

  #parameters(dsn: DsnRequest | undefined): DsnRequest | null {
    // RFC 3461 5.2.2: to an MTA without DSN its parameters must not be said
    if (!dsn || !this.offers('DSN')) return null
    return this.offers('SMTPUTF8') ? dsn : { ...dsn, recipients: dsn.recipients.map(withAsciiOriginal) }
  }

  /** Ends a transaction that was not completed; resolves with false where the connection is of no more use. */
  reset(): Promise<boolean> {
    return this.#untilEnd(
      done => this.#client.reset(error => done(!error)),
      () => false,
    )
  }

  /** Says QUIT and resolves once the socket is closed, by force after `ms` milliseconds. */
  quit(ms: number): Promise<void> {
    const { socket, isOpen } = this.#client
    if (!isOpen || !socket) {
      this.close('not open')
      return Promise.resolve()
    }
    return new Promise(resolve => {
      const force = setTimeout(() => this.close('no answer to QUIT'), ms)
      socket.once('close', () => {
        clearTimeout(force)
        resolve()
      })
      this.#client.quit()
    })
  }

  /** Closes the socket at once; whoever waits on it is told `why`. */
  close(why: string): void {
    this.#ownEnd ??= why
    this.#client.close()
  }

  /** Resolves in any case: nodemailer does not call back where its connection is closed under it. */
  async #untilEnd<T>(work: (done: (result: T) => void) => void, ended: () => T): Promise<T> {
    const result = await new Promise<T>(resolve => {
      // nodemailer's own word about it comes right behind its end
      this.#onEnd = () => queueMicrotask(() => resolve(ended()))
      work(resolve)
    })
    this.#onEnd = nothing
    return result
  }

  #failure(error: NodemailerError | null): Problem {
    const { stage } = this.#client.dialogue
    return {
      stage,
      reply: null,
      cause: this.#ownEnd ?? (error ? causeOf(error) : 'the other side closed the connection'),
    }
  }

  /** True where the last transaction met a connection that the other side had closed, or was about to: 421. */
  #wasClosedBefore(): boolean {
    const { answers } = this.#client.dialogue
    const [first] = answers
    if (first) return answers.length === 1 && first.stage === 'mail' && first.reply.code === 421
    return this.#ownEnd === null && this.#error !== null && isClosedByPeer(this.#error)
  }

  /** The reply with which the other side turned the session down. */
  #refusal(): Problem | null {
    const { answers, owes } = this.#client.dialogue
    const last = answers.at(-1)
    return last && !owes && !isPassed(last) ? problemOf(last) : null
  }
}
