/**
 * What our stamp makes of the same facts as a real MTA's field: id, date and version are taken from that field, so that
 * nothing has to be masked.
 */
import { parseMailbox, type Mailbox } from '../../../src/mail/address.js'
import { formId } from '../../../src/queue/id-styles.js'
import { writeStamp } from '../../../src/trace/stamp/stamp.js'
import { type Case, zone } from './cases.js'
import type { Place } from './installation.js'

/** What of a program's field is known from nothing but the field. */
export interface Unforeseen {
  /** Has the groups id, date, and version where the program writes one. */
  readonly pattern: RegExp
  /** Our queue id that the field's is made of. */
  readonly idOf: (written: string) => string
}

/** Fails where the pattern does not fit, which then is not the program's field. */
export function stamped(
  dialect: string,
  { pattern, idOf }: Unforeseen,
  real: string,
  sent: Case,
  place: Place,
): string {
  const { id, date, version } = unforeseen(pattern, real)
  const [, sign = '+0000', name] = /(?:([+-]\d{4})|GMT)(?: \((\w+)\))?$/.exec(date) ?? []
  return writeStamp(dialect, {
    helo: sent.helo,
    clientName: zone.names[sent.client] ?? null,
    clientAddress: sent.client,
    hostname: place.hostname,
    address: place.address,
    protocol: protocolOf(sent),
    id: idOf(id),
    recipients: sent.recipients.map(mailbox),
    reversePath: sent.reversePath === '' ? null : mailbox(sent.reversePath),
    date: new Date(date.replace(/ \(\w+\)$/, '')),
    zone: sign,
    ...(name === undefined ? {} : { zoneName: name }),
    ...(version === undefined ? {} : { version }),
  })
}

/** The real field with an id of ours for its own. */
export function withOurId(dialect: string, { pattern, idOf }: Unforeseen, real: string): string {
  const { id, date } = unforeseen(pattern, real)
  const ours = formId(dialect, Math.floor(Math.random() * 2 ** 50), new Date(date))
  return real.replace(id, ours.slice(0, ours.length - idOf(id).length + id.length))
}

interface Written {
  readonly id: string
  readonly date: string
  readonly version: string | undefined
}

function unforeseen(pattern: RegExp, real: string): Written {
  const { id, date, version } = pattern.exec(real)?.groups ?? {}
  if (id === undefined || date === undefined) throw new Error(`${pattern} does not fit ${JSON.stringify(real)}`)
  return { id, date, version }
}

function protocolOf({ verb, parameters }: Case): string {
  if (parameters.includes('SMTPUTF8')) return 'UTF8SMTP'
  return verb === 'EHLO' ? 'ESMTP' : 'SMTP'
}

function mailbox(text: string): Mailbox {
  const parsed = parseMailbox(text)
  if (parsed === null) throw new Error(`${text} is no mailbox`)
  return parsed
}
