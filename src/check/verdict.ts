/**
 * From findings to the verdict: what is trusted, what is only claimed, and whether it passes.
 */
import type { TraceField } from './fields.js'
import { finding, wholeSeconds } from './finding.js'
import type { Place, Placement } from './placement.js'
import type { Evidence, Finding, Hop, MessageVerdict, Verdict } from './types.js'

/** The verdict on a message that was found. */
export function judge(
  recipient: string | null,
  evidence: Evidence,
  fields: readonly TraceField[],
  { places, boundary }: Placement,
  findings: readonly Finding[],
): MessageVerdict {
  const trusted = trustedFields(places, boundary, findings)
  const placeOf = new Map(places.map(place => [place.field?.number, place]))
  const path = fields.slice(0, boundary).map(field => toHop(field, placeOf.get(field.number), field.number < trusted))
  const claimed = fields.slice(boundary).map(field => toHop(field, undefined, false))
  const events = new Map(places.map(({ position, event }) => [position, event?.time]))
  return {
    file: null,
    recipient,
    delivered: true,
    verdict: findings.some(({ severity }) => severity === 'error') ? 'fail' : 'pass',
    evidence,
    path: withDelays(path.toReversed(), events),
    claimed: withDelays(claimed.toReversed(), new Map()),
    findings: [...findings, ...claimed.map(toClaim)],
  }
}

/**
 * The verdict on a message that is not in the mailbox. `problem` says where it is and why; `position` counts expected
 * hops from 1 and says at which one it is, null where that is not known.
 */
export function undelivered(recipient: string | null, problem: string, position: number | null = null): MessageVerdict {
  const notDelivered = finding('not-delivered', { position, field: null }, { expected: null, found: null }, problem)
  return {
    file: null,
    recipient,
    delivered: false,
    verdict: 'fail',
    evidence: 'message+journal',
    path: [],
    claimed: [],
    findings: [notDelivered],
  }
}

/** Of all messages together: one that fails fails all, and the weakest evidence counts. No message proves nothing. */
export function together(messages: readonly MessageVerdict[]): Verdict {
  const passes = messages.length > 0 && messages.every(({ verdict }) => verdict === 'pass')
  const isProven = messages.length > 0 && messages.every(({ evidence }) => evidence === 'message+journal')
  return { verdict: passes ? 'pass' : 'fail', evidence: isProven ? 'message+journal' : 'message', messages }
}

/** Number of fields above the first error from the top: that field itself is no longer trusted. */
function trustedFields(places: readonly Place[], boundary: number, findings: readonly Finding[]): number {
  const ends = findings.map(({ severity, position, field }) => {
    if (severity !== 'error') return boundary
    if (field !== null) return field
    const older = places.filter(place => position !== null && place.position < position)
    return Math.min(boundary, ...older.flatMap(place => place.field?.number ?? []))
  })
  return Math.min(boundary, ...ends)
}

function toHop({ number, received }: TraceField, place: Place | undefined, trusted: boolean): Hop {
  const { helo, name, address } = received.from
  return {
    position: place?.position ?? null,
    field: number,
    mta: place?.hop.mta ?? null,
    trusted,
    from: { helo, name, address },
    by: received.by,
    with: received.with?.protocol ?? null,
    id: received.id,
    for: received.for,
    date: received.date && wholeSeconds(received.date.instant),
    delayMs: null,
  }
}

/** Oldest first. `times` are the journal's, by position: with two of them the delay is exact. */
function withDelays(hops: readonly Hop[], times: ReadonlyMap<number, string | undefined>): Hop[] {
  const timeOf = (hop: Hop | undefined) => times.get(hop?.position ?? 0) ?? null
  return hops.map((hop, index) => {
    const before = hops[index - 1]
    return { ...hop, delayMs: between(timeOf(before), timeOf(hop)) ?? between(before?.date ?? null, hop.date) }
  })
}

/** Milliseconds from one ISO 8601 time to another. */
function between(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from)
}

function toClaim({ field, by }: Hop): Finding {
  const found = by.name ?? by.address
  const message = `A Received field of ${found ?? 'nobody'} stands below the chain's MTAs: nobody vouches for it.`
  return finding('claimed-hop', { position: null, field }, { expected: null, found }, message)
}
