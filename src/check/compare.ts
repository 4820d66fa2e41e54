/**
 * One hop's field against what the chain, and the journal, say of that hop.
 */
import { canonicalAddress } from '../mail/address.js'
import type { ReceivedEvent } from '../journal/event.js'
import type { ReceivedFrom } from '../trace/types.js'
import type { TraceField } from './fields.js'
import { finding, wholeSeconds } from './finding.js'
import { addressToldBy, idToldBy, sameName } from './likeness.js'
import type { Place } from './placement.js'
import { readStamp } from './reading.js'
import type { ExpectedHop, Finding, FindingCode } from './types.js'

interface Comparison {
  readonly code: FindingCode
  /** What is compared, as people say it. */
  readonly what: string
  readonly expected: string | null
  readonly found: string | null
  readonly same: boolean
}

/** The hop before, as a field can name it. */
interface Sender {
  readonly hostnames: readonly string[]
  readonly address: string | null
}

/** Findings of one place that has a field; a field that can't be read as a stamp earns only that. */
export function compareHop(place: Place, places: readonly Place[], fields: readonly TraceField[]): Finding[] {
  const { position, hop, field } = place
  if (!field) return []
  const subject = { position, field: field.number }
  if (field.defect !== null) {
    const message = `The Received field of ${hop.mta} can't be read as its stamp: ${field.defect}.`
    return [finding('malformed', subject, { expected: null, found: null }, message)]
  }
  const seen = new Set<FindingCode>()
  const comparisons = [
    ...compareBy(place, field),
    ...compareFrom(place, field, places, fields),
    ...compareEvent(place, field),
  ]
  const wrong = comparisons.filter(({ same, code }) => !same && !seen.has(code) && seen.add(code))
  if (wrong.length === 0 && field.strange !== null) {
    const message = `The Received field of ${hop.mta} is not in the manner of its stamps: ${field.strange}.`
    return [finding('malformed', subject, { expected: hop.stamp ?? 'rfc5321', found: null }, message)]
  }
  return wrong.map(({ code, what, expected, found }) =>
    finding(
      code,
      subject,
      { expected, found },
      `At ${hop.mta}, ${what} is ${found ?? 'absent'}, not ${expected ?? 'absent'}.`,
    ),
  )
}

function compareBy({ hop }: Place, field: TraceField): Comparison[] {
  const { by } = field.received
  const comparisons: Comparison[] = []
  const address = addressToldBy(field, hop)
  if (address !== null) comparisons.push(exact('by-address', 'the address after "by"', address, by.address))
  if (hop.hostname !== null) comparisons.push(named('by-name', 'the name after "by"', [hop.hostname], by.name))
  return comparisons
}

function compareFrom(
  place: Place,
  field: TraceField,
  places: readonly Place[],
  fields: readonly TraceField[],
): Comparison[] {
  const before = places[place.position - 2]
  if (!before) return []
  const sender = senderOf(before.hop, places)
  const comparisons = compareSender(field, sender)
  if (comparisons.every(({ same }) => same)) return []
  const wayIsExplained = isFromFieldBelow(field, fields) || (!before.field && comparisons.every(({ same }) => !same))
  return wayIsExplained ? [] : comparisons
}

/** MTAs may share an address and differ by port: then the zone gives the address one name of several. */
function senderOf({ hostname, address }: ExpectedHop, places: readonly Place[]): Sender {
  if (hostname === null) return { hostnames: [], address }
  const sharing = places.filter(({ hop }) => hop.address !== null && hop.address === address)
  return { hostnames: [hostname, ...sharing.flatMap(({ hop }) => hop.hostname ?? [])], address }
}

function compareSender({ received: { from }, tells }: TraceField, { hostnames, address }: Sender): Comparison[] {
  const comparisons: Comparison[] = []
  if (address !== null && tells.address) {
    comparisons.push(exact('from-address', "the client's address", address, from.address))
  }
  if (hostnames.length > 0 && tells.name) {
    comparisons.push(named('from-name', "the client's name", hostnames, from.name))
  }
  if (hostnames.length > 0 && tells.helo) {
    comparisons.push(named('from-helo', "the client's HELO", hostnames.slice(0, 1), from.helo))
  }
  return comparisons
}

/** Where the order is wrong the message may really have come from the MTA below: the order's finding says so. */
function isFromFieldBelow({ number, received: { from }, tells }: TraceField, fields: readonly TraceField[]): boolean {
  const below = fields[number + 1]
  const by = below?.received.by
  if (!below || !by?.name) return false
  const sameHelo = !tells.helo || sameName(from.helo, by.name)
  // an address that the field below does not tell explains nothing
  const sameAddress = !tells.address || from.address === by.address
  return sameHelo && sameAddress && (!tells.name || sameName(from.name, by.name))
}

/** Against the journal: everything that the stamp says. */
function compareEvent({ position, event, hop }: Place, { received, tells }: TraceField): Comparison[] {
  if (!event) return []
  const stamped = readStamp(event.stamp, hop).received
  const { from } = received
  const address = canonicalAddress(event.client.address)
  const id = idToldBy(hop, event.id)
  return [
    ...(tells.address ? [exact('from-address', "the client's address", address, from.address)] : []),
    ...(position === 1 ? [exact('from-name', "the client's name", stamped.from.name, from.name)] : []),
    ...(position === 1 ? [exact('from-helo', "the client's HELO", heloOf(event, hop, stamped.from), from.helo)] : []),
    ...spoken(event, { received, tells }),
    ...(id === undefined ? [] : [exact('queue-id', 'the queue id', id, received.id)]),
    ...(tells.for ? [exact('for', 'the recipient', singleRecipient(event), received.for)] : []),
    exact('date', 'the date', stampedDate(event, hop), received.date && wholeSeconds(received.date.instant)),
  ]
}

function spoken(
  { protocol }: ReceivedEvent,
  { received, tells }: Pick<TraceField, 'received' | 'tells'>,
): Comparison[] {
  if (tells.protocols === null) return []
  const expected = protocol.toUpperCase()
  const found = received.with?.protocol ?? null
  return [{ code: 'protocol', what: 'the protocol', expected, found, same: tells.protocols.includes(expected) }]
}

/** By the MTA's own clock. */
function stampedDate({ time }: ReceivedEvent, { skew = 0 }: ExpectedHop): string {
  return wholeSeconds(new Date(Date.parse(time) + skew))
}

/** The HELO name is made safe before it is stamped: one that may have needed it is taken from the journal's stamp. */
function heloOf({ client }: ReceivedEvent, { stamp = 'rfc5321' }: ExpectedHop, { helo }: ReceivedFrom): string | null {
  // other dialects change it in ways of their own, or leave it out
  if (stamp !== 'rfc5321') return helo
  return client.helo !== null && /^[\w.-]{1,255}$/.test(client.helo) ? client.helo : helo
}

/** RFC 5321 7.6: with several recipients `for` would tell one of another. */
function singleRecipient({ recipients }: ReceivedEvent): string | null {
  return recipients.length === 1 ? (recipients[0] ?? null) : null
}

function exact(code: FindingCode, what: string, expected: string | null, found: string | null): Comparison {
  return { code, what, expected, found, same: expected === found }
}

function named(code: FindingCode, what: string, expected: readonly string[], found: string | null): Comparison {
  return { code, what, expected: expected[0] ?? null, found, same: expected.some(name => sameName(name, found)) }
}
