/**
 * The Received field that an MTA of ours puts in front of a message (RFC 5321 4.4), in the way of the program that it is
 * to look like. It writes only: reading is ../received.ts, and the two share no code.
 */
import type { ReversePath } from '../../mail/address.js'
import { isStampName, type StampName } from '../../mail/stamp-name.js'
import { exim } from './exim.js'
import type { Dialect, StampFacts } from './facts.js'
import { exchange, exchangeOnline, gmail, iis, sendgrid, ses } from './hosted.js'
import { qmail } from './qmail.js'
import { rfc5321 } from './rfc5321.js'
import { fillTemplate } from './template.js'
import { courier, haraka, kumomta, opensmtpd, postfix, powermta, sendmail } from './unix.js'

const dialects: Readonly<Record<StampName, Dialect>> = {
  rfc5321,
  postfix,
  exim,
  sendmail,
  qmail,
  opensmtpd,
  courier,
  haraka,
  kumomta,
  powermta,
  exchange,
  'exchange-online': exchangeOnline,
  gmail,
  ses,
  sendgrid,
  iis,
}

/** `stamp` is a dialect's name or a template, as in chain.json. The whole field, or fields, folded, each with CRLF. */
export function writeStamp(stamp: string, facts: StampFacts): string {
  return isStampName(stamp) ? dialects[stamp](facts) : fillTemplate(stamp, facts)
}

/** RFC 5321 4.4: the delivering MTA puts the reverse-path on top. */
export function writeReturnPath(reversePath: ReversePath): string {
  return `Return-Path: <${reversePath ?? ''}>\r\n`
}
