/**
 * The envelope for a message that comes without one: from the command line, or from its own header.
 */
import addressparser from 'nodemailer/lib/addressparser'
import { type Mailbox, parseMailbox, type ReversePath } from '../mail/address.js'
import { isField, splitHeader } from '../mail/header.js'
import { CommandFailure } from './exit.js'

export interface EnvelopeOptions {
  readonly from?: string
  readonly to?: readonly string[]
}

export interface FoundEnvelope {
  readonly from: ReversePath
  readonly to: readonly Mailbox[]
}

const defaultSender = 'a@example.test'
const defaultRecipient = 'b@example.test'

/** --from and --to; else Return-Path or From, To and Cc; a report (RFC 6522) has the null reverse-path. */
export function findEnvelope(content: Buffer, options: EnvelopeOptions): FoundEnvelope {
  const from = options.from === undefined ? senderOf(content) : givenSender(options.from)
  const to = options.to?.length ? options.to.map(text => given('--to', text)) : recipientsOf(content)
  return { from, to }
}

function givenSender(text: string): ReversePath {
  return text === '' || text === '<>' ? null : given('--from', text)
}

function given(option: string, text: string): Mailbox {
  const mailbox = parseMailbox(text.replace(/^<(.*)>$/, '$1'))
  if (mailbox === null) throw new CommandFailure(2, `${option}: "${text}" is no mail address, expected local@domain`)
  return mailbox
}

function senderOf(content: Buffer): ReversePath {
  const [returnPath] = values(content, 'Return-Path')
  if (returnPath?.trim() === '<>') return null
  if (returnPath === undefined && values(content, 'Content-Type').some(isReport)) return null
  const found = [...(returnPath === undefined ? [] : [returnPath]), ...values(content, 'From')].flatMap(mailboxes)
  return found[0] ?? sure(defaultSender)
}

function isReport(contentType: string): boolean {
  return /^\s*multipart\/report\b/i.test(contentType)
}

function recipientsOf(content: Buffer): Mailbox[] {
  const found = ['To', 'Cc'].flatMap(name => values(content, name)).flatMap(mailboxes)
  return found.length > 0 ? [...new Set(found)] : [sure(defaultRecipient)]
}

function sure(text: string): Mailbox {
  const mailbox = parseMailbox(text)
  if (mailbox === null) throw new TypeError(`not a mailbox: ${text}`)
  return mailbox
}

/** Unfolded values of all fields of that name. */
function values(content: Buffer, name: string): string[] {
  return splitHeader(content)
    .fields.filter(field => isField(field, name))
    .map(({ raw }) =>
      Buffer.from(raw)
        .toString()
        .replace(/^[^:]*:/, '')
        .replaceAll('\r\n', ''),
    )
}

function mailboxes(value: string): Mailbox[] {
  return addressparser(value, { flatten: true })
    .map(({ address }) => parseMailbox(address))
    .filter(mailbox => mailbox !== null)
}
