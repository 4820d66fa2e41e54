/**
 * The part of a report that programs read: message/delivery-status (RFC 3464 2), or message/global-delivery-status
 * where an address is not US-ASCII (RFC 6533 4).
 */
import { type Mailbox, needsSmtpUtf8 } from '../mail/address.js'
import { decodeOriginalRecipient, decodeXtext, encodeUtf8Address } from '../mail/dsn.js'
import { formatReply } from '../mail/reply.js'
import { field, formatDate } from './lines.js'
import { type Affected, isGlobal, type Report } from './report.js'
import { expiredStatus, statusOf } from './status.js'

export function deliveryStatus(report: Report): string {
  const utf8 = isGlobal(report)
  const { envelopeId, hostname, arrivedAt } = report
  // RFC 3464 2.2: in this order, the envelope id where the sender gave one
  const message = [
    ...(envelopeId === null ? [] : [field('Original-Envelope-Id', decodeXtext(envelopeId), false)]),
    field('Reporting-MTA', `dns; ${hostname}`, false),
    field('Arrival-Date', formatDate(arrivedAt), false),
  ]
  const groups = [message, ...report.affected.map(each => recipientFields(each, report, utf8))]
  return groups.map(fields => fields.map(line => `${line}\r\n`).join('')).join('\r\n')
}

function recipientFields(affected: Affected, report: Report, utf8: boolean): string[] {
  const { recipient, action } = affected
  const { originalRecipient, mailbox } = recipient
  const original = originalRecipient === null ? [] : [field('Original-Recipient', shown(originalRecipient, utf8), utf8)]
  const diagnostic = diagnosticOf(affected, report.remote)
  return [
    ...original,
    field('Final-Recipient', finalRecipient(mailbox, utf8), utf8),
    field('Action', action, false),
    field('Status', statusOfAffected(affected), false),
    ...(report.remote === null ? [] : [field('Remote-MTA', `dns; ${report.remote}`, false)]),
    ...(diagnostic === null ? [] : [field('Diagnostic-Code', diagnostic, utf8)]),
    // a message whose next MTA did not answer others was not tried itself
    ...(report.isTried ? [field('Last-Attempt-Date', formatDate(report.date), false)] : []),
    ...(action === 'delayed' ? [field('Will-Retry-Until', formatDate(report.retryUntil), false)] : []),
  ]
}

// RFC 6533 3: in message/delivery-status an address in UTF-8 stands as utf-8-addr-xtext
function finalRecipient(mailbox: Mailbox, utf8: boolean): string {
  if (!needsSmtpUtf8(mailbox)) return `rfc822; ${mailbox}`
  return `utf-8; ${utf8 ? mailbox : encodeUtf8Address(mailbox)}`
}

/** RFC 3464 2.3.1: the address as the sender gave it, its xtext decoded. */
function shown(originalRecipient: string, utf8: boolean): string {
  const { type, address } = decodeOriginalRecipient(originalRecipient)
  const needsEncoding = type.toLowerCase() === 'utf-8' && !utf8
  return `${type}; ${needsEncoding ? encodeUtf8Address(address) : address}`
}

function statusOfAffected({ problem, reply, expired }: Affected): string {
  if (expired) return expiredStatus
  if (problem) return statusOf(problem)
  return reply?.enhanced ?? '2.0.0'
}

/** RFC 3464 2.3.6: the type smtp is for what another MTA replied, not for what this one found. */
function diagnosticOf({ problem, reply }: Affected, remote: string | null): string | null {
  const said = problem ? problem.reply : reply
  if (said && remote !== null && problem?.by !== 'here') return `smtp; ${formatReply(said)}`
  return problem ? `X-MTA-Chain; ${said ? formatReply(said) : problem.cause}` : null
}
