/**
 * One SMTP session: what the commands of RFC 5321 4.1.1 mean. NOOP, HELP and VRFY are smtp-server's.
 */
import type { Socket } from 'node:net'
import type { SMTPServer } from 'smtp-server'
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import type { Ask, Effect, FaultPoint } from '../fault/ask.js'
import type { Envelope, Stage } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'
import type { Activity } from '../time/activity.js'
import type { ConnectionHost } from './connection.js'
import type { Decision } from './content.js'
import { FaultyConnection } from './faulty-connection.js'
import { heloReply, readHelo } from './helo-command.js'
import { MailTransaction, type TransactionRules } from './mail-transaction.js'
import { bye, done, noParameters, notKept, noValidRecipients } from './replies.js'
import type { ContentFacts, Protocol, Receiving, Refusal, Transaction } from './transaction.js'

/** What a session needs to know of its MTA. */
export interface SessionHost extends TransactionRules, ConnectionHost {
  readonly hostname: string
  /** Told while a client has a transaction open. */
  readonly activity: Activity
  readonly faults: FaultPoint
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

export class Session extends FaultyConnection {
  readonly #host: SessionHost
  readonly #mail: MailTransaction
  /** What the next reply answers; null between commands, and for commands that take nothing. */
  #stage: Stage | null = 'connect'
  /** Tells one transaction from another; null before MAIL. */
  #transaction: object | null = null
  #endTransaction: (() => void) | null = null
  #helo: { readonly name: string; readonly extended: boolean } | null = null

  constructor(server: SMTPServer, socket: Socket, options: SMTPConnectionOptions | null, host: SessionHost) {
    super(server, socket, options, host)
    this.#host = host
    this.#mail = new MailTransaction(host)
  }

  override _sendGreeting(): void {
    this.#stage = null
    // RFC 2034 4: no enhanced code in the greeting
    this.write(`220 ${this.#host.hostname} ESMTP\r\n`)
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    const verb = (command.toString('latin1', 0, longestVerb).split(' ')[0] ?? '').toUpperCase()
    this.#stage = stages.get(verb) ?? null
    super._onCommand(command, callback)
  }

  /** null where no rule fires. What is not given is as the transaction says it. */
  protected ask(stage: Stage, different: Partial<Ask> = {}): Effect | null {
    if (!this.#host.faults.has(stage)) return null
    const client = { address: this.remoteAddress, port: this.remotePort, helo: this.#helo?.name ?? null }
    const { reversePath, recipients } = this.#mail
    const transaction = this.#transaction
    return this.#host.faults.fire({ stage, client, reversePath, recipients, transaction, content: null, ...different })
  }

  /** A reply of a rule: the journal has it already, and it is no error of the client's. */
  protected say(said: Reply): void {
    this.#stage = null
    this.answer(said, false)
  }

  /** `recipients` are those that the reply is about. */
  protected override answer(said: Reply, isError?: boolean, recipients = this.#mail.recipients): void {
    const stage = this.#stage
    this.#stage = null
    // who does not offer ENHANCEDSTATUSCODES gives none
    const plain = this.hidden.has('ENHANCEDSTATUSCODES') ? { ...said, enhanced: null } : said
    if (said.code >= 400 && stage !== null) this.#refused(stage, plain, recipients)
    super.answer(plain, isError)
  }

  #refused(stage: Stage, said: Reply, recipients: Refusal['recipients']): void {
    const client = { address: this.remoteAddress, port: this.remotePort, helo: this.#helo?.name ?? null }
    this.#host.refused({ stage, client, reversePath: this.#mail.reversePath, recipients, reply: said })
  }

  override _resetSession(): void {
    super._resetSession()
    this.#mail.reset()
    this.#transactionOver()
  }

  override _onClose(): void {
    super._onClose()
    this.#transactionOver()
  }

  #transactionOver(): void {
    this.#transaction = null
    this.#endTransaction?.()
    this.#endTransaction = null
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    this.#hello(command, true, callback)
  }

  override handler_HELO(command: Buffer, callback: () => void): void {
    this.#hello(command, false, callback)
  }

  #hello(command: Buffer, extended: boolean, callback: () => void): void {
    const read = readHelo(command)
    if ('wrong' in read) {
      this.answer(read.wrong)
      callback()
      return
    }
    const before = this.hidden
    this.hidden = new Set()
    const undo = (): void => {
      this.hidden = before
    }
    const client = { address: this.remoteAddress, port: this.remotePort, helo: read.name }
    const goOn = (): void => {
      this.#greetBack(read.name, extended)
      callback()
    }
    this.suffer(this.ask('helo', { client }), goOn, this.refuse(callback, undo))
  }

  #greetBack(name: string, extended: boolean): void {
    this.#stage = null
    this.#helo = { name, extended }
    // smtp-server asks for it before MAIL
    this.hostNameAppearsAs = name
    // RFC 5321 4.1.4: it clears all, as RSET does
    this._resetSession()
    const offers = extended ? this.#offers().filter(offer => !this.hidden.has(offer.split(' ')[0] ?? '')) : []
    this.write(heloReply([`${this.#host.hostname} greets [${this.remoteAddress}]`, ...offers]))
  }

  /** RFC 5321 4.1.1.1: what is really done, no more. */
  #offers(): string[] {
    return ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN', `SIZE ${this.#host.limits.messageSize}`]
  }

  override handler_MAIL(command: Buffer, callback: () => void): void {
    const said = this.#mail.mail(command, this.hidden)
    const goOn = (): void => {
      // commands that were here already are read after the socket's end too
      if (said.code === 250 && !this._closed) this.#endTransaction ??= this.#host.activity.begin('transaction')
      this.answer(said)
      callback()
    }
    if (said.code >= 400) {
      goOn()
      return
    }
    this.#transaction = {}
    this.suffer(
      this.ask('mail'),
      goOn,
      this.refuse(callback, () => this._resetSession()),
    )
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    const { said, isError, recipient, isNew } = this.#mail.rcpt(command, this.hidden)
    const about = recipient === null ? [] : [recipient]
    const goOn = (): void => {
      this.answer(said, isError, about)
      callback()
    }
    if (said.code >= 400) {
      goOn()
      return
    }
    const undo = (): void => {
      if (isNew && recipient !== null) this.#mail.forget(recipient)
    }
    this.suffer(this.ask('rcpt', { recipients: about }), goOn, this.refuse(callback, undo))
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
    const envelope = hasParameters(command) ? { wrong: noParameters } : this.#mail.envelope()
    if ('wrong' in envelope) {
      // each recipient was refused for itself already: that DATA came behind them is no news, and no error
      const isNews = envelope.wrong !== noValidRecipients
      if (!isNews) this.#stage = null
      this.answer(envelope.wrong, isNews)
      callback()
      return
    }
    const goOn = (): void => {
      const wrong = this.#data(envelope)
      if (wrong) this.answer(wrong)
      callback()
    }
    this.suffer(this.ask('data'), goOn, this.refuse(callback))
  }

  /** Opens a place for the content and asks for it; returns what is wrong instead. */
  #data(envelope: Envelope): Reply | null {
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
    const asks = this.#host.faults.has('message')
    this.receive(asks ? this.withStartKept(receiving) : receiving, facts => (asks ? this.#finalDot(facts) : null))
    return null
  }

  #finalDot(facts: ContentFacts): Decision | Promise<Decision> | null {
    const effect = this.ask('message', { content: this.askedContent(facts) })
    // the journal has what the rule says already
    if (effect?.kind === 'reply') this.#stage = null
    return this.decide(effect)
  }
}

/** RFC 5321 4.1.1.4, 4.1.1.5, 4.1.1.10: DATA, RSET and QUIT take none. */
function hasParameters(command: Buffer): boolean {
  return command.toString('latin1').trim().length > 4
}
