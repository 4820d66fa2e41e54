/**
 * What is given to a chain to send: octets with an envelope, or the parts of a mail that nodemailer composes. Whatever
 * can't be sent as it was meant is a TypeError that says why; nothing is dropped in silence.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import type { SendMailOptions } from 'nodemailer'
import addressparser from 'nodemailer/lib/addressparser'
import type { MimeNodeAddressInput } from 'nodemailer/lib/mime-node'
import { type Mailbox, needsSmtpUtf8, parseMailbox, type ReversePath } from '../mail/address.js'
import { splitHeader } from '../mail/header.js'
import { withCrlf } from '../mail/line-ends.js'
import { printable } from '../mail/printable.js'
import { recipientsIn, senderIn } from './header-envelope.js'

/** `from: null` is the null reverse-path. */
export interface MailEnvelope {
  readonly from: string | null
  readonly to: string | readonly string[]
}

/** A message as it is. Without an envelope its header tells: Return-Path or From, To and Cc. */
export interface RawMail {
  readonly envelope?: MailEnvelope
  /**
   * The octets after DATA; a string is sent as UTF-8. Lines end with CRLF; in a content without a single CR each LF
   * becomes CRLF. Any other content is sent as it is: the first MTA refuses it where it has a bare CR or LF.
   */
  readonly content: Uint8Array | string
}

/** A message as it lies in a file. */
export interface FileMail {
  readonly file: string | URL
  readonly envelope?: MailEnvelope
}

/**
 * nodemailer's options (from, to, cc, bcc, subject, text, attachments, ...), or a message as it is: octets, octets with an
 * envelope, a file. As with nodemailer, attachments may name files and URLs, which are then read. Without a sender the
 * reverse-path is null.
 */
export type Mail =
  | Uint8Array
  | RawMail
  | FileMail
  | (SendMailOptions & { readonly content?: never; readonly file?: never })

export interface Composed {
  readonly reversePath: ReversePath
  /** No two the same; those that differ in case do differ. */
  readonly recipients: readonly Mailbox[]
  readonly smtpUtf8: boolean
  readonly content: Buffer
}

/**
 * `now` is the date of a mail that has none. Rejects with a TypeError where there is no recipient, something that is no address, or a content that is none; with
 * the system's or nodemailer's error where the file or an attachment can't be read.
 */
export async function compose(mail: Mail, now = new Date()): Promise<Composed> {
  refuseWhatIsNoMail(mail)
  if (mail instanceof Uint8Array) return composeRaw({ content: mail })
  if (isRaw(mail)) return composeRaw(mail)
  if (isFile(mail)) return composeRaw({ ...mail, content: await readFile(mail.file) })
  for (const { from, to, cc, bcc } of [mail, mail.envelope ?? {}]) [from, to, cc, bcc].forEach(refuseWhatIsNoAddress)
  // loaded when something is to be composed: most chains are given messages as they are
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const message = new MailComposer({ ...mail, date: mail.date ?? now, newline: 'windows' }).compile()
  const envelope = message.getEnvelope()
  return withEnvelope(envelope.from || null, envelope.to ?? [], await message.build())
}

/** For callers without types: a text might be a message, or a file's name, as a matcher takes both. */
function refuseWhatIsNoMail(mail: unknown): void {
  const isObject = typeof mail === 'object' && mail !== null && !(mail instanceof URL) && !Array.isArray(mail)
  if (isObject) return
  if (typeof mail === 'string') {
    throw new TypeError(
      'a string is no mail: expected { file: "mail.eml" } for a file, { content: "From: ..." } for a message as it is',
    )
  }
  const found = mail === null ? 'null' : typeof mail === 'object' ? mail.constructor.name : typeof mail
  throw new TypeError(`no mail: expected nodemailer's options, octets, { content } or { file }, found ${found}`)
}

function isRaw(mail: Exclude<Mail, Uint8Array>): mail is RawMail {
  return 'content' in mail && mail.content !== undefined
}

function isFile(mail: Exclude<Mail, Uint8Array>): mail is FileMail {
  return 'file' in mail && mail.file !== undefined
}

function composeRaw({ envelope, content }: RawMail): Composed {
  const octets = octetsOf(content)
  const { from, to } = envelope ?? { from: senderIn(octets), to: recipientsIn(octets) }
  // also for callers without types
  return withEnvelope(from, [to ?? []].flat(), octets)
}

function octetsOf(content: unknown): Buffer {
  if (typeof content === 'string') return withCrlf(Buffer.from(content))
  if (content instanceof Uint8Array) {
    return withCrlf(Buffer.from(content.buffer, content.byteOffset, content.length))
  }
  throw new TypeError('content must be a string or a Uint8Array')
}

function withEnvelope(from: string | null | undefined, to: readonly string[], content: Buffer): Composed {
  const reversePath = from ? mailboxOf(from) : null
  const recipients = [...new Set(to.map(mailboxOf))]
  if (recipients.length === 0)
    throw new TypeError('a message needs at least one recipient: in its envelope, or in To or Cc')
  const smtpUtf8 = [reversePath, ...recipients].some(needsSmtpUtf8) || hasUtf8Header(content)
  return { reversePath, recipients, smtpUtf8, content }
}

/** RFC 6532 3.2: such a header is internationalised, and RFC 6531 3.4 wants SMTPUTF8 for it. */
function hasUtf8Header(content: Buffer): boolean {
  const header = content.subarray(0, splitHeader(content).end)
  return !isAscii(header) && isUtf8(header)
}

function mailboxOf(text: string): Mailbox {
  const mailbox = parseMailbox(text)
  if (mailbox === null) throw new TypeError(`not a mail address: ${printable(text)}`)
  return mailbox
}

/** nodemailer leaves out what it can't read as an address: a recipient would get nothing, and nobody would know. */
function refuseWhatIsNoAddress(field: MimeNodeAddressInput | false | undefined): void {
  if (!field) return
  if (Array.isArray(field)) field.forEach(refuseWhatIsNoAddress)
  else if (typeof field === 'string') addressparser(field).forEach(refuseWhatIsNoAddress)
  else if (field.group) field.group.forEach(refuseWhatIsNoAddress)
  else mailboxOf(field.address || (field.name ?? ''))
}
