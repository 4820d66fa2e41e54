/**
 * What is given to a chain to send: octets with an envelope, or the parts of a mail that nodemailer composes.
 */
import MailComposer from 'nodemailer/lib/mail-composer'
import type { SendMailOptions } from 'nodemailer'
import { type Mailbox, needsSmtpUtf8, parseMailbox, type ReversePath } from '../mail/address.js'

/** A message as it is. */
export interface RawMail {
  readonly envelope: { readonly from: string | null; readonly to: string | readonly string[] }
  /** The octets after DATA; a string is sent as UTF-8. Line ends must be CRLF. */
  readonly content: Uint8Array | string
}

/** nodemailer's options (from, to, subject, text, attachments, ...), or a message as it is. */
export type Mail = RawMail | (SendMailOptions & { readonly content?: never })

export interface Composed {
  readonly reversePath: ReversePath
  readonly recipients: readonly Mailbox[]
  readonly smtpUtf8: boolean
  readonly content: Buffer
}

/** Throws a TypeError where the envelope has no recipient or something that is no address. */
export async function compose(mail: Mail): Promise<Composed> {
  if (isRaw(mail)) return withEnvelope(mail.envelope.from, [mail.envelope.to].flat(), octetsOf(mail.content))
  const message = new MailComposer({ newline: 'windows', ...mail }).compile()
  const { from, to } = message.getEnvelope()
  return withEnvelope(from || null, to ?? [], await message.build())
}

function isRaw(mail: Mail): mail is RawMail {
  return 'content' in mail && mail.content !== undefined
}

function octetsOf(content: Uint8Array | string): Buffer {
  return typeof content === 'string'
    ? Buffer.from(content)
    : Buffer.from(content.buffer, content.byteOffset, content.length)
}

function withEnvelope(from: string | null, to: readonly string[], content: Buffer): Composed {
  const reversePath = from === null || from === '' ? null : mailboxOf(from)
  const recipients = to.map(mailboxOf)
  if (recipients.length === 0) throw new TypeError('a message needs at least one recipient')
  return { reversePath, recipients, smtpUtf8: [reversePath, ...recipients].some(needsSmtpUtf8), content }
}

function mailboxOf(text: string): Mailbox {
  const mailbox = parseMailbox(text)
  if (mailbox === null) throw new TypeError(`not a mail address: ${text}`)
  return mailbox
}
