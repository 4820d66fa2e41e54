/**
 * The envelope that a message's own header tells of, where it comes without one.
 */
import addressparser from 'nodemailer/lib/addressparser'
import { type Mailbox, parseMailbox, type ReversePath } from '../mail/address.js'
import { splitHeader, valuesOf } from '../mail/header.js'

/** Return-Path, else From; a report (RFC 6522) has the null reverse-path. Undefined where the header names none. */
export function senderIn(content: Buffer): ReversePath | undefined {
  const header = splitHeader(content)
  const [returnPath] = valuesOf(header, 'Return-Path')
  if (returnPath === '<>') return null
  if (returnPath === undefined && valuesOf(header, 'Content-Type').some(isReport)) return null
  return [...(returnPath === undefined ? [] : [returnPath]), ...valuesOf(header, 'From')].flatMap(mailboxes)[0]
}

/** To and Cc; no two the same. */
export function recipientsIn(content: Buffer): Mailbox[] {
  const header = splitHeader(content)
  return [...new Set(['To', 'Cc'].flatMap(name => valuesOf(header, name)).flatMap(mailboxes))]
}

function isReport(contentType: string): boolean {
  return /^multipart\/report\b/i.test(contentType)
}

function mailboxes(value: string): Mailbox[] {
  return addressparser(value, { flatten: true })
    .map(({ address }) => parseMailbox(address))
    .filter(mailbox => mailbox !== null)
}
