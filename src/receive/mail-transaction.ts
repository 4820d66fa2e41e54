/**
 * A mail transaction from MAIL to DATA (RFC 5321 3.3): its sender and recipients, and the replies to the commands that
 * name them.
 */
import type { Limits } from '../config/types.js'
import type { Mailbox, ReversePath } from '../mail/address.js'
import type { Envelope, Recipient } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'
import { type MailParameters, readMail, readRcpt } from './path-command.js'
import {
  nestedMail,
  notARecipient,
  recipientOk,
  senderOk,
  sendMailFirst,
  noValidRecipients,
  sendRcptFirst,
  tooManyRecipients,
} from './replies.js'

/** Who decides about recipients, and how many there may be. */
export interface TransactionRules {
  readonly limits: Limits
  /** True for a recipient that the MTA takes. */
  accepts(mailbox: Mailbox): boolean
}

interface Sender {
  readonly path: ReversePath
  readonly parameters: MailParameters
}

/** The reply to RCPT. */
export interface RcptAnswer {
  readonly said: Reply
  /** The recipient that it is about; null where the command named none. */
  readonly recipient: Mailbox | null
  /** False where the client did nothing wrong: a recipient that is not taken is no error of the client's. */
  readonly isError: boolean
  /** It was taken, and was none of the recipients before. */
  readonly isNew: boolean
}

/**
 * RFC 5321 4.5.3.1.10: a client that goes on after 452 must still be able to send to those that were taken, and one that
 * pipelines learns of the limit only after it has named all. Who is refused so often in a transaction is no such client.
 */
const refusalsAtLeast = 1000

export class MailTransaction {
  readonly #rules: TransactionRules
  #sender: Sender | null = null
  /** As the client wrote them: local parts that differ in case are two (RFC 5321 2.4), an exact repeat is one. */
  readonly #recipients = new Map<Mailbox, Recipient>()
  #notTaken = 0

  constructor(rules: TransactionRules) {
    this.#rules = rules
  }

  get reversePath(): ReversePath {
    return this.#sender?.path ?? null
  }

  get recipients(): readonly Mailbox[] {
    return [...this.#recipients.keys()]
  }

  mail(command: Buffer, hidden: ReadonlySet<string>): Reply {
    if (this.#sender) return nestedMail
    const read = readMail(command, this.#rules.limits.messageSize, hidden)
    if ('wrong' in read) return read.wrong
    this.#sender = read
    return senderOk
  }

  rcpt(command: Buffer, hidden: ReadonlySet<string>): RcptAnswer {
    if (!this.#sender) return { said: sendMailFirst, recipient: null, isError: true, isNew: false }
    const read = readRcpt(command, this.#sender.parameters.smtpUtf8, hidden)
    if ('wrong' in read) return { said: read.wrong, recipient: null, isError: true, isNew: false }
    const recipient = read.recipient.mailbox
    const refusal = this.#refusal(recipient)
    if (refusal === null) {
      const isNew = !this.#recipients.has(recipient)
      // of an exact repeat the last one counts
      this.#recipients.set(recipient, read.recipient)
      return { said: recipientOk, recipient, isError: false, isNew }
    }
    this.#notTaken++
    const isError = this.#notTaken > Math.max(this.#rules.limits.recipients, refusalsAtLeast)
    return { said: refusal, recipient, isError, isNew: false }
  }

  /** Takes a recipient back. */
  forget(recipient: Mailbox): void {
    this.#recipients.delete(recipient)
    this.#notTaken++
  }

  #refusal(recipient: Mailbox): Reply | null {
    if (!this.#rules.accepts(recipient)) return notARecipient
    const limit = this.#rules.limits.recipients
    const full = this.#recipients.size >= limit && !this.#recipients.has(recipient)
    return full ? tooManyRecipients(limit) : null
  }

  /** What DATA will send, or why DATA is too early (RFC 5321 4.1.4). */
  envelope(): Envelope | { readonly wrong: Reply } {
    if (!this.#sender) return { wrong: sendMailFirst }
    if (this.#recipients.size === 0) return { wrong: this.#notTaken > 0 ? noValidRecipients : sendRcptFirst }
    return {
      reversePath: this.#sender.path,
      recipients: [...this.#recipients.values()],
      ...this.#sender.parameters,
    }
  }

  reset(): void {
    this.#sender = null
    this.#recipients.clear()
    this.#notTaken = 0
  }
}
