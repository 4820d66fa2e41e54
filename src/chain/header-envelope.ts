/**
 * The envelope that a message's own header tells of, where it comes without one.
 */
import addressparser from 'nodemailer/lib/addressparser'
import { type Mailbox, parseMailbox, type ReversePath } from '../mail/address.js'
import { type HeaderField, isField, splitHeader } from '../mail/header.js'

/** Return-Path, else From; a report (RFC 6522) has the null reverse-path. Undefined where the header names none. */
export function senderIn(content: Buffer): ReversePath | undefined {
  const { fields } = splitHeader(content)
  const [returnPath] = values(fields, 'Return-Path')
  if (returnPath?.trim() === '<>') return null
  if (returnPath === undefined && values(fields, 'Content-Type').some(isReport)) return null
  return [...(returnPath === undefined ? [] : [returnPath]), ...values(fields, 'From')].flatMap(mailboxes)[0]
}

/** To and Cc; no two the same. */
export function recipientsIn(content: Buffer): Mailbox[] {
  const { fields } = splitHeader(content)
  return [...new Set(['To', 'Cc'].flatMap(name => values(fields, name)).flatMap(mailboxes))]
}

function isReport(contentType: string): boolean {
  return /^\s*multipart\/report\b/i.test(contentType)
}

/** Unfolded values of all fields of that name. */
function values(fields: readonly HeaderField[], name: string): string[] {
  return fields
    .filter(field => isField(field, name))
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
