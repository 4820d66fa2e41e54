/**
 * MAIL and RCPT read octet for octet (RFC 5321 4.1.1.2, 4.1.1.3): the path and its parameters, or the reply that says
 * what is wrong with them.
 */
import { needsSmtpUtf8, parseMailbox, type ReversePath } from '../mail/address.js'
import { isEnvelopeId, isOriginalRecipient, parseNotify, parseRet } from '../mail/dsn.js'
import type { Envelope, Recipient } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'
import {
  badParameter,
  needsUtf8,
  recipientSyntax,
  repeatedParameter,
  senderSyntax,
  tooLarge,
  unknownParameter,
} from './replies.js'
import { decodeUtf8 } from './text.js'

export type MailParameters = Pick<Envelope, 'eightBit' | 'smtpUtf8' | 'ret' | 'envelopeId'>

export type MailCommand =
  | { readonly path: ReversePath; readonly parameters: MailParameters }
  | { readonly wrong: Reply }
export type RcptCommand = { readonly recipient: Recipient } | { readonly wrong: Reply }

/** `hidden` are extensions whose parameters are not known. */
export function readMail(line: Buffer, largest: number, hidden: ReadonlySet<string>): MailCommand {
  const argument = readArgument(line, /^MAIL FROM:[ \t]*/i)
  if (!argument) return { wrong: senderSyntax }
  const parameters = readParameters(argument.rest)
  if ('wrong' in parameters) return parameters
  const read = mailParameters(parameters.given, largest, hidden)
  if ('wrong' in read) return read
  if (argument.path === '') return { path: null, parameters: read }
  const path = parseMailbox(argument.path)
  if (path === null) return { wrong: senderSyntax }
  if (needsSmtpUtf8(path) && !read.smtpUtf8) return { wrong: needsUtf8 }
  return { path, parameters: read }
}

export function readRcpt(line: Buffer, smtpUtf8: boolean, hidden: ReadonlySet<string>): RcptCommand {
  const argument = readArgument(line, /^RCPT TO:[ \t]*/i)
  if (!argument) return { wrong: recipientSyntax }
  const parameters = readParameters(argument.rest)
  if ('wrong' in parameters) return parameters
  const [keyword] = parameters.given.keys()
  if (keyword !== undefined && hidden.has(extensionOf(keyword))) return { wrong: unknownParameter(keyword) }
  const read = rcptParameters(parameters.given, smtpUtf8)
  if ('wrong' in read) return read
  const mailbox = parseMailbox(argument.path)
  if (mailbox === null) return { wrong: recipientSyntax }
  if (needsSmtpUtf8(mailbox) && !smtpUtf8) return { wrong: needsUtf8 }
  return { recipient: { mailbox, ...read } }
}

/** Returns the path without < > and its source route, and what follows; null where no path stands there. */
function readArgument(line: Buffer, verb: RegExp): { path: string; rest: string } | null {
  const text = decodeUtf8(line)
  const start = text === null ? null : verb.exec(text)
  if (text === null || start === null) return null
  const path = /^<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>(?=[ \t]|$)/u.exec(text.slice(start[0].length))
  if (!path) return null
  // RFC 5321 4.1.2 and appendix C: a source route is accepted and ignored; a mailbox must follow it
  const mailbox = (path[1] ?? '').replace(/^@[^:@,]+(?:,@[^:@,]+)*:(?=.)/u, '')
  return { path: mailbox, rest: text.slice(start[0].length + path[0].length) }
}

/** RFC 3461 4: RET, ENVID, NOTIFY and ORCPT are DSN's. */
const ownExtension: ReadonlyMap<string, string> = new Map([
  ['BODY', '8BITMIME'],
  ['RET', 'DSN'],
  ['ENVID', 'DSN'],
  ['NOTIFY', 'DSN'],
  ['ORCPT', 'DSN'],
])

/** The extension that a parameter of MAIL or RCPT belongs to. */
function extensionOf(keyword: string): string {
  return ownExtension.get(keyword) ?? keyword
}

type Parameters = { readonly given: ReadonlyMap<string, string | null> } | { readonly wrong: Reply }

function readParameters(rest: string): Parameters {
  const given = new Map<string, string | null>()
  for (const word of rest.split(/[ \t]+/).filter(part => part !== '')) {
    // RFC 5321 4.1.2: esmtp-param = esmtp-keyword ["=" esmtp-value], a value has no control characters and no "="
    const parts = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u0080-\u{10FFFF}]+))?$/u.exec(word)
    if (!parts?.[1]) return { wrong: badParameter('Bad parameter syntax') }
    const keyword = parts[1].toUpperCase()
    if (given.has(keyword)) return { wrong: repeatedParameter(keyword) }
    given.set(keyword, parts[2] ?? null)
  }
  return { given }
}

function mailParameters(
  given: ReadonlyMap<string, string | null>,
  largest: number,
  hidden: ReadonlySet<string>,
): MailParameters | { readonly wrong: Reply } {
  let read: MailParameters = { eightBit: false, smtpUtf8: false, ret: null, envelopeId: null }
  for (const [keyword, value] of given) {
    if (hidden.has(extensionOf(keyword))) return { wrong: unknownParameter(keyword) }
    if (keyword === 'SIZE') {
      // RFC 1870 3: 1*20DIGIT
      if (!/^\d{1,20}$/.test(value ?? '')) return { wrong: badParameter('SIZE wants a number of octets') }
      if (Number(value) > largest) return { wrong: tooLarge(largest) }
    } else if (keyword === 'BODY') {
      // RFC 6152 2: 7BIT or 8BITMIME
      const body = value?.toUpperCase()
      if (body !== '7BIT' && body !== '8BITMIME') return { wrong: badParameter('BODY is 7BIT or 8BITMIME') }
      read = { ...read, eightBit: body === '8BITMIME' }
    } else if (keyword === 'SMTPUTF8') {
      // RFC 6531 3.4: without a value
      if (value !== null) return { wrong: badParameter('SMTPUTF8 takes no value') }
      read = { ...read, smtpUtf8: true }
    } else if (keyword === 'RET') {
      // RFC 3461 4.3
      const ret = parseRet(value ?? '')
      if (ret === null) return { wrong: badParameter('RET is FULL or HDRS') }
      read = { ...read, ret }
    } else if (keyword === 'ENVID') {
      // RFC 3461 4.4
      if (value === null || !isEnvelopeId(value))
        return { wrong: badParameter('ENVID wants xtext, at most 100 octets') }
      read = { ...read, envelopeId: value }
    } else {
      // RFC 5321 4.1.1.11: parameters that are not recognised
      return { wrong: unknownParameter(keyword) }
    }
  }
  return read
}

type RcptParameters = Omit<Recipient, 'mailbox'>

function rcptParameters(
  given: ReadonlyMap<string, string | null>,
  smtpUtf8: boolean,
): RcptParameters | { readonly wrong: Reply } {
  let read: RcptParameters = { notify: null, originalRecipient: null }
  for (const [keyword, value] of given) {
    if (keyword === 'NOTIFY') {
      // RFC 3461 4.1
      const notify = parseNotify(value ?? '')
      if (notify === null)
        return { wrong: badParameter('NOTIFY is NEVER alone, or SUCCESS, FAILURE and DELAY parted by commas') }
      read = { ...read, notify }
    } else if (keyword === 'ORCPT') {
      // RFC 3461 4.2, RFC 6533 3
      if (value === null || !isOriginalRecipient(value, smtpUtf8))
        return { wrong: badParameter('ORCPT wants type;address in xtext, at most 500 octets') }
      read = { ...read, originalRecipient: value }
    } else {
      return { wrong: unknownParameter(keyword) }
    }
  }
  return read
}
