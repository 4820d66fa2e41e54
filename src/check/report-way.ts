/**
 * Reports that an MTA of the chain makes itself (RFC 3464): no MTA received them, so their way begins behind the one
 * that made them. Everybody can write a message that claims to be one: only the journal makes the claim true.
 */
import { createHash } from 'node:crypto'
import type { BouncedEvent, ReportedEvent } from '../journal/event.js'
import type { Journal } from '../journal/journal.js'
import { isQueueId } from '../mail/envelope.js'
import { isField } from '../mail/header.js'
import { bounceText } from './bounces.js'
import type { Trace } from './fields.js'
import { finding } from './finding.js'
import { textOf } from './octets.js'
import type { ExpectedHop, ExpectedPath, Finding } from './types.js'

/** The MTA that claims to have made the message as its report. */
export interface Maker {
  readonly hop: ExpectedHop
  /** Its place among the hops. */
  readonly at: number
  /** The queue id that the report gives itself. */
  readonly id: string
}

/** null where the message claims nothing of the kind. */
export function makerOf({ header, octets }: Trace, { hops }: ExpectedPath): Maker | null {
  const fields = header.fields.map(field => ({ field, text: textOf(octets.subarray(field.start, field.start + 400)) }))
  const textNamed = (name: string): string => fields.find(({ field }) => isField(field, name))?.text ?? ''
  const isReport = fields.some(
    ({ field, text }) => isField(field, 'Content-Type') && /^[^:]+: multipart\/report;/.test(text),
  )
  const name = /^From: Mail Delivery System <MAILER-DAEMON@([^>]+)>\r\n/.exec(textNamed('From'))?.[1]
  const id = /^[^:]+: <([\w.-]+)@/.exec(textNamed('Message-ID'))?.[1] ?? ''
  const at = isReport ? hops.findIndex(({ hostname }) => hostname !== null && hostname === name) : -1
  const hop = hops[at]
  return hop ? { hop, at, id } : null
}

/** A report that went into a mailbox where it was made. */
export function hasNoPath({ fields }: Trace, { hops }: ExpectedPath): boolean {
  return !fields.some(({ received: { by } }) => hops.some(({ hostname }) => hostname !== null && hostname === by.name))
}

/** Where the journal vouches for it, octet for octet, it is right where it is; else nothing speaks for it. */
export async function reportFinding(
  trace: Trace,
  maker: Maker,
  journal: Journal | null,
  recipient: string | undefined,
): Promise<Finding> {
  const subject = { position: maker.at + 1, field: null }
  const nothing = { expected: null, found: null }
  const { mta } = maker.hop
  const event = journal && (await eventOf(maker, journal))
  if (!event) {
    const why = journal ? 'the journal knows none such' : 'only the journal could vouch for it'
    const message = `A report that ${mta} claims to have made: no MTA received it, so it has no path, and ${why}.`
    return { ...finding('bounced', subject, nothing, message), severity: 'error' }
  }
  if (recipient !== undefined && recipient !== event.to) {
    const difference = { expected: event.to, found: recipient }
    const message = `A report that ${mta} made, in another mailbox than it was for.`
    return { ...finding('bounced', subject, difference, message), severity: 'error' }
  }
  if (!isProved(trace, event)) {
    const message = `The report is not the one that ${mta} made.`
    return finding('content-changed', subject, { expected: `SHA-256 ${event.digest}`, found: null }, message)
  }
  return finding('bounced', subject, nothing, `A report that ${mta} made itself, proved by its digest: ${tells(event)}`)
}

async function eventOf({ hop, id }: Maker, journal: Journal): Promise<BouncedEvent | ReportedEvent | null> {
  const history = isQueueId(id) ? await journal.history(id) : null
  const event = history?.events.find(
    (other): other is BouncedEvent | ReportedEvent =>
      (other.event === 'bounced' || other.event === 'reported') && other.report === id && other.mta === hop.mta,
  )
  return event?.by === 'mailbox' ? event : null
}

/** RFC 5321 4.4: final delivery puts Return-Path in front; a report's is the null one (RFC 3464 2). */
function isProved({ octets }: Trace, { digest }: BouncedEvent | ReportedEvent): boolean {
  const top = Buffer.from('Return-Path: <>\r\n')
  if (!top.equals(octets.subarray(0, top.length))) return false
  return createHash('sha256').update(octets.subarray(top.length)).digest('hex') === digest
}

function tells(event: BouncedEvent | ReportedEvent): string {
  return event.event === 'bounced' ? bounceText(event) : `${event.action} for ${event.recipients.join(', ')}`
}
