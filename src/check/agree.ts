/**
 * What the hops of one path must agree on among themselves: all that a message alone tells of protocol, recipient and
 * date. Of several explanations the one with the fewest wrong hops is taken.
 */
import { finding, inBrackets } from './finding.js'
import type { Place } from './placement.js'
import { mailTimeOf, type Told, toleranceMs } from './skew.js'
import type { Finding } from './types.js'

/** Oldest first. */
export function readable(places: readonly Place[]): Told[] {
  return places.flatMap(place => (place.field && place.field.defect === null ? [{ ...place, field: place.field }] : []))
}

/**
 * Our MTAs relay with ESMTP, or with UTF8SMTP where the client said SMTPUTF8 (RFC 6531 3.1): all of them the same.
 * A message that needs no SMTPUTF8 loses it at a hop that does not offer it; that this was so only the journal can tell.
 * Only the client chooses between SMTP and ESMTP, so of the first hop a message does not prove which of the two it was.
 */
export function protocolFindings(told: readonly Told[]): Finding[] {
  const newest = told.at(-1)
  if (!newest) return []
  const wrongIn = (family: Family) => told.filter(hop => !meansOneOf(hop, allowed(hop, family)))
  const [ascii, utf8] = [wrongIn('ESMTP'), wrongIn('UTF8SMTP')]
  const isUtf8 = ascii.length === utf8.length ? protocolOf(newest) === 'UTF8SMTP' : utf8.length < ascii.length
  return (isUtf8 ? utf8 : ascii).toReversed().map(hop => {
    const expected = allowed(hop, isUtf8 ? 'UTF8SMTP' : 'ESMTP').join(' or ')
    const found = protocolOf(hop)
    return finding(
      'protocol',
      subjectOf(hop),
      { expected, found },
      `${hop.hop.mta} says ${found}; the path needs ${expected}.`,
    )
  })
}

type Family = 'ESMTP' | 'UTF8SMTP'

function allowed({ position }: Told, family: Family): readonly string[] {
  return position === 1 && family === 'ESMTP' ? ['ESMTP', 'SMTP'] : [family]
}

/** True also where the dialect does not tell. */
function meansOneOf({ field: { tells } }: Told, protocols: readonly string[]): boolean {
  return tells.protocols === null || protocols.some(protocol => tells.protocols?.includes(protocol))
}

function protocolOf({ field }: Told): string {
  return field.received.with?.protocol ?? ''
}

/**
 * `for` names the recipient where a message has only one (RFC 5321 7.6). Recipients are parted on the way, never
 * joined: from the first hop that says `for` every newer one says it too, and always the same.
 */
export function forFindings(places: readonly Told[], recipient: string | undefined): Finding[] {
  const told = places.filter(({ field }) => field.tells.for)
  const value = recipient ?? mostFrequent(told.flatMap(({ field }) => field.received.for ?? []))
  if (value === null) return []
  const starts = [...told.keys(), told.length]
  const explanations = starts.map(start =>
    told.filter(({ field }, index) => field.received.for !== (index < start ? null : value)),
  )
  const wrong = new Set(explanations.reduce((best, next) => (next.length < best.length ? next : best)))
  return told.toReversed().flatMap(hop => {
    if (!wrong.has(hop)) return []
    const found = hop.field.received.for
    const expected = found === value ? null : value
    const message = `${hop.hop.mta} says ${recipientText(found)}; the path needs ${recipientText(expected)}.`
    return [finding('for', subjectOf(hop), { expected, found }, message)]
  })
}

/** No MTA of ours changes the reverse-path: those that tell it say the same. */
export function senderFindings(told: readonly Told[], reversePath: string | null): Finding[] {
  const wrong = told.filter(({ field: { tells, received } }) => tells.sender && received.envelopeFrom !== reversePath)
  return wrong.toReversed().map(hop => {
    const [expected, found] = [inBrackets(reversePath), inBrackets(hop.field.received.envelopeFrom)]
    const message = `${hop.hop.mta} says that the reverse-path is ${found}, not ${expected}.`
    return finding('return-path', subjectOf(hop), { expected, found }, message)
  })
}

function recipientText(recipient: string | null): string {
  return recipient === null ? 'no recipient' : inBrackets(recipient)
}

/** Of equally frequent values the last: the newest MTA's word is best vouched for. */
function mostFrequent(values: readonly string[]): string | null {
  const count = (value: string) => values.filter(other => other === value).length
  return values.reduce<string | null>(
    (best, value) => (best === null || count(value) >= count(best) ? value : best),
    null,
  )
}

/** The fewest hops without which the dates run forwards; displaced hops say nothing of time. */
export function timeFindings(told: readonly Told[]): Finding[] {
  const dated = told.filter(({ displaced }) => !displaced)
  const times = dated.map(mailTimeOf)
  const forwards = longestForwards(times)
  const wrong = dated.filter((_, index) => !forwards.has(index))
  return wrong.toReversed().map(hop => {
    const found = hop.field.received.date?.text ?? null
    const message = `${hop.hop.mta}'s date does not fit between those of the hops around it: ${found}.`
    return finding('time-backwards', subjectOf(hop), { expected: null, found }, message)
  })
}

/** Indices of the longest run of times that goes forwards; of equally long ones that which takes the least time. */
function longestForwards(times: readonly number[]): Set<number> {
  const spread = (run: readonly number[]) => (times[run.at(-1) ?? 0] ?? 0) - (times[run[0] ?? 0] ?? 0)
  const best = (runs: readonly (readonly number[])[]) =>
    runs.reduce((a, b) => (b.length > a.length || (b.length === a.length && spread(b) < spread(a)) ? b : a), [])
  const runs: (readonly number[])[] = []
  for (const [index, time] of times.entries()) {
    const followed = runs.filter(run => time >= (times[run.at(-1) ?? index] ?? time) - toleranceMs)
    runs.push(followed.length > 0 ? best(followed.map(run => [...run, index])) : [index])
  }
  return new Set(best(runs))
}

function subjectOf({ position, field }: Told) {
  return { position, field: field.number }
}
