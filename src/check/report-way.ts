/**
 * Reports that an MTA of the chain makes itself (RFC 3464): no MTA received them, so their way begins behind the one
 * that made them. Everybody can write a message that claims to be one: only the journal makes the claim true.
 */
import { isField } from '../mail/header.js'
import { textOf, type Trace } from './fields.js'
import { finding } from './finding.js'
import type { ExpectedHop, ExpectedPath, Finding } from './types.js'

/** The MTA that claims to have made the message as its report, by its place among the hops; null where none does. */
export function makerOf({ header, octets }: Trace, { hops }: ExpectedPath): { hop: ExpectedHop; at: number } | null {
  const fields = header.fields.map(field => ({ field, text: textOf(octets.subarray(field.start, field.start + 400)) }))
  const isReport = fields.some(
    ({ field, text }) => isField(field, 'Content-Type') && /^[^:]+: multipart\/report;/.test(text),
  )
  const from = fields.find(({ field }) => isField(field, 'From'))?.text ?? ''
  const name = /^From: Mail Delivery System <MAILER-DAEMON@([^>]+)>\r\n/.exec(from)?.[1]
  const at = isReport ? hops.findIndex(({ hostname }) => hostname !== null && hostname === name) : -1
  const hop = hops[at]
  return hop ? { hop, at } : null
}

/** A report that went into a mailbox where it was made. */
export function hasNoPath({ fields }: Trace, { hops }: ExpectedPath): boolean {
  return !fields.some(({ received: { by } }) => hops.some(({ hostname }) => hostname !== null && hostname === by.name))
}

export function noPath(at: number, { mta }: ExpectedHop): Finding {
  const message = `A report that ${mta} made itself: no MTA received it, so it has no path that could be proved.`
  return finding('bounced', { position: at + 1, field: null }, { expected: null, found: null }, message)
}
