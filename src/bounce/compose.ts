/**
 * A report as octets: multipart/report (RFC 6522) with a text, a delivery status and the returned message, whose octets
 * are not touched but for what goes as 7-bit. Nothing that anybody said can break its structure.
 */
import { isAscii } from 'node:buffer'
import { type Mailbox, needsSmtpUtf8 } from '../mail/address.js'
import { deliveryStatus } from './delivery-status.js'
import { explanation, subjectOf } from './explanation.js'
import { formatDate } from './lines.js'
import { quotedPrintable } from './quoted-printable.js'
import { isGlobal, type Report } from './report.js'

export interface ComposedReport {
  readonly content: Buffer
  /** It goes with BODY=8BITMIME (RFC 6152). */
  readonly eightBit: boolean
  /** It goes with SMTPUTF8 (RFC 6531). */
  readonly smtpUtf8: boolean
}

interface Part {
  readonly type: string
  readonly octets: Buffer
  /** null: 7-bit. */
  readonly encoding: '8bit' | 'quoted-printable' | null
}

export function composeReport(report: Report): ComposedReport {
  const text = Buffer.from(explanation(report))
  const parts = [
    partOf(`text/plain; charset=${isAscii(text) ? 'us-ascii' : 'utf-8'}`, text, report),
    partOf(
      isGlobal(report) ? 'message/global-delivery-status' : 'message/delivery-status',
      Buffer.from(deliveryStatus(report)),
      report,
    ),
    partOf(report.returned.type, report.returned.octets, report),
  ]
  const boundary = boundaryFor(report, parts)
  const eightBit = parts.some(({ encoding }) => encoding === '8bit')
  const body = parts.flatMap(part => [Buffer.from(`--${boundary}\r\n${partHeader(part)}\r\n`), part.octets, lineEnd])
  const content = Buffer.concat([
    Buffer.from(header(report, boundary, eightBit)),
    lineEnd,
    ...body,
    Buffer.from(`--${boundary}--\r\n`),
  ])
  return { content, eightBit: eightBit || !isAscii(Buffer.from(report.to)), smtpUtf8: needsSmtpUtf8(report.to) }
}

function partOf(type: string, octets: Buffer, { sevenBit }: Report): Part {
  if (isAscii(octets)) return { type, octets, encoding: null }
  // RFC 2046 5.2.1: message/rfc822 must not be encoded; RFC 6522 4, RFC 6533 6: a header alone may be
  const isEncoded = sevenBit && (type.startsWith('text/') || type === 'message/global-headers')
  return isEncoded
    ? { type, octets: quotedPrintable(octets), encoding: 'quoted-printable' }
    : { type, octets, encoding: '8bit' }
}

const lineEnd = Buffer.from('\r\n')

function header(report: Report, boundary: string, eightBit: boolean): string {
  const { hostname, id, date, returned } = report
  return [
    `From: Mail Delivery System <MAILER-DAEMON@${hostname}>`,
    `To: ${addressOf(report.to, hostname)}`,
    `Subject: ${subjectOf(report)}`,
    `Date: ${formatDate(date)}`,
    `Message-ID: <${id}@${hostname}>`,
    // RFC 3834 3.1.4, 5
    ...(returned.messageId === null ? [] : [`In-Reply-To: ${returned.messageId}`]),
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    // RFC 6522 3
    `Content-Type: multipart/report; report-type=${isGlobal(report) ? 'global-delivery-status' : 'delivery-status'};`,
    ` boundary="${boundary}"`,
    ...(eightBit ? ['Content-Transfer-Encoding: 8bit'] : []),
  ]
    .map(line => `${line}\r\n`)
    .join('')
}

/** RFC 5322 3.4.1: an address in a header has a domain. */
function addressOf(mailbox: Mailbox, hostname: string): string {
  return mailbox.includes('@') ? `<${mailbox}>` : `<${mailbox}@${hostname}>`
}

function partHeader({ type, encoding }: Part): string {
  return `Content-Type: ${type}\r\n${encoding === null ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`}`
}

/** RFC 2046 5.1.1: it must stand in none of the parts. */
function boundaryFor({ id }: Report, parts: readonly Part[]): string {
  for (let n = 1; ; n++) {
    const boundary = `=_${id}.${n}`
    if (!parts.some(({ octets }) => octets.includes(boundary))) return boundary
  }
}
