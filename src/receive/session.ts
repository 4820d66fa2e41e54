/**
 * One SMTP session: what the commands of RFC 5321 4.1.1 mean. NOOP, HELP and VRFY are smtp-server's.
 */
import type { Socket } from 'node:net'
import type { SMTPServer } from 'smtp-server'
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import type { Stage } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'
import { Connection } from './connection.js'
import { readHelo } from './helo-command.js'
import { MailTransaction, type TransactionRules } from './mail-transaction.js'
import { bye, done, noParameters, notKept } from './replies.js'
import type { Protocol, Receiving, Refusal, Transaction } from './transaction.js'

/** What a session needs to know of its MTA. */
export interface SessionHost extends TransactionRules {
  readonly hostname: string
  refused(refusal: Refusal): void
  /** A place for the content of a transaction; throws where there is none. */
  open(transaction: Transaction): Receiving
}

const stages: ReadonlyMap<string, Stage> = new Map([
  ['HELO', 'helo'],
  ['EHLO', 'helo'],
  ['MAIL', 'mail'],
  ['RCPT', 'rcpt'],
  ['DATA', 'data'],
])
/** Octets that tell a verb from a longer word. */
const longestVerb = 5

export class Session extends Connection {
  readonly #host: SessionHost
  readonly #mail: MailTransaction
  /** What the next reply answers; null between commands, and for commands that take nothing. */
  #stage: Stage | null = 'connect'
  #helo: { readonly name: string; readonly extended: boolean } | null = null

  constructor(server: SMTPServer, socket: Socket, options: SMTPConnectionOptions | null, host: SessionHost) {
    super(server, socket, options, host.limits)
    this.#host = host
    this.#mail = new MailTransaction(host)
  }

  override _sendGreeting(): void {
    this.#stage = null
    // RFC 2034 4: no enhanced code in the greeting
    this.write(`220 ${this.#host.hostname} ESMTP\r\n`)
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    const [verb = ''] = command.toString('latin1', 0, longestVerb).split(' ')
    this.#stage = stages.get(verb.toUpperCase()) ?? null
    super._onCommand(command, callback)
  }

  /** `recipients` are those that the reply is about. */
  protected override answer(said: Reply, isError?: boolean, recipients = this.#mail.recipients): void {
    const stage = this.#stage
    this.#stage = null
    if (said.code >= 400 && stage !== null) this.#refused(stage, said, recipients)
    super.answer(said, isError)
  }

  #refused(stage: Stage, said: Reply, recipients: Refusal['recipients']): void {
    const client = { address: this.remoteAddress, port: this.remotePort, helo: this.#helo?.name ?? null }
    this.#host.refused({ stage, client, reversePath: this.#mail.reversePath, recipients, reply: said })
  }

  override _resetSession(): void {
    super._resetSession()
    this.#mail.reset()
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    const { messageSize } = this.#host.limits
    // RFC 5321 4.1.1.1: what is really done, no more
    const offers = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN', `SIZE ${messageSize}`]
    this.#hello(command, true, offers)
    callback()
  }

  override handler_HELO(command: Buffer, callback: () => void): void {
    this.#hello(command, false, [])
    callback()
  }

  #hello(command: Buffer, extended: boolean, offers: readonly string[]): void {
    const read = readHelo(command)
    if ('wrong' in read) {
      this.answer(read.wrong)
      return
    }
    this.#stage = null
    this.#helo = { name: read.name, extended }
    // smtp-server asks for it before MAIL
    this.hostNameAppearsAs = read.name
    // RFC 5321 4.1.4: it clears all, as RSET does
    this._resetSession()
    const lines = [`${this.#host.hostname} greets [${this.remoteAddress}]`, ...offers]
    // RFC 2034 4: no enhanced code in the answer to EHLO and HELO
    this.write(lines.map((line, at) => `250${at < lines.length - 1 ? '-' : ' '}${line}\r\n`).join(''))
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    this.answer(this.#mail.mail(command))
    callback()
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    const { said, isError, recipient } = this.#mail.rcpt(command)
    this.answer(said, isError, recipient === null ? [] : [recipient])
    callback()
  }

  override handler_RSET(command: Buffer, callback: () => void): void {
    if (!hasParameters(command)) this._resetSession()
    this.answer(hasParameters(command) ? noParameters : done)
    callback()
  }

  override handler_QUIT(command: Buffer, callback: () => void): void {
    this.answer(hasParameters(command) ? noParameters : bye)
    if (!hasParameters(command)) this.close()
    callback()
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    const wrong = hasParameters(command) ? noParameters : this.#data()
    if (wrong) this.answer(wrong)
    callback()
  }

  /** Opens a place for the content and asks for it; returns what is wrong instead. */
  #data(): Reply | null {
    const envelope = this.#mail.envelope()
    if ('wrong' in envelope) return envelope.wrong
    const { name: helo, extended } = this.#helo ?? { name: '', extended: false }
    const plain: Protocol = extended ? 'ESMTP' : 'SMTP'
    let receiving: Receiving
    try {
      receiving = this.#host.open({
        client: { address: this.remoteAddress, port: this.remotePort, helo },
        protocol: envelope.smtpUtf8 ? 'UTF8SMTP' : plain,
        envelope,
      })
    } catch {
      return notKept
    }
    this.#stage = 'message'
    this.receive(receiving)
    return null
  }
}

/** RFC 5321 4.1.1.4, 4.1.1.5, 4.1.1.10: DATA, RSET and QUIT take none. */
function hasParameters(command: Buffer): boolean {
  return command.toString('latin1').trim().length > 4
}
