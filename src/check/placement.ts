/**
 * From the alignment to the path: each expected hop with its field, the trust boundary, and what is wrong with the
 * order and number of hops.
 */
import type { ReceivedEvent } from '../journal/event.js'
import { stampAlone } from '../journal/stamped.js'
import type { Alignment } from './align.js'
import type { TraceField } from './fields.js'
import { finding } from './finding.js'
import { hasId, idToldBy, names } from './likeness.js'
import { asOf } from './reading.js'
import type { ExpectedHop, Finding } from './types.js'

/** One expected hop and what the message and the journal have of it. */
export interface Place {
  /** Counted from 1 = the first MTA. */
  readonly position: number
  readonly hop: ExpectedHop
  readonly field: TraceField | null
  /** The field stands at another place than expected. */
  readonly displaced: boolean
  /** The journal's event; null where it has none; undefined where there is no journal. */
  readonly event: ReceivedEvent | null | undefined
}

export interface Placement {
  /** Oldest first. */
  readonly places: readonly Place[]
  /** Number of fields above the trust boundary. */
  readonly boundary: number
  readonly findings: readonly Finding[]
}

type Events = readonly (ReceivedEvent | null)[]

/** `events` are the journal's, one for each expected hop; null without the journal. */
export function placeHops(
  hops: readonly ExpectedHop[],
  fields: readonly TraceField[],
  alignment: Alignment,
  events: Events | null,
): Placement {
  const draft = new Draft(hops, fields, alignment, events)
  draft.judgeFieldsAbove()
  draft.judgeFieldsBelow()
  draft.judgeClaims()
  draft.reportMissing()
  return draft
}

class Draft implements Placement {
  readonly places: Place[]
  readonly findings: Finding[] = []
  boundary: number
  readonly #fields: readonly TraceField[]

  constructor(
    hops: readonly ExpectedHop[],
    fields: readonly TraceField[],
    { fieldOf }: Alignment,
    events: Events | null,
  ) {
    this.#fields = fields
    this.places = hops.map((hop, index) => {
      const field = fields[fieldOf[index] ?? -1]
      const event = events ? (events[index] ?? null) : undefined
      return { position: index + 1, hop, field: field ? asOf(field, hop) : null, displaced: false, event }
    })
    this.boundary = Math.max(-1, ...fieldOf.filter(field => field !== null)) + 1
  }

  judgeFieldsAbove(): void {
    for (const field of this.#fields.slice(0, this.boundary)) {
      if (this.places.some(place => place.field?.number === field.number)) continue
      const own = this.#namedBy(field)
      const missing = own.find(place => !place.field)
      if (missing) this.#displace(missing, field)
      else this.#report(field, own[0])
    }
  }

  /**
   * A hop's field that slipped below all others is still its own, unless the MTAs that name themselves there stand
   * above too: then somebody sent a message again that this chain had carried, and all of that is claims.
   */
  judgeFieldsBelow(): void {
    const own: Place[] = []
    for (const field of this.#fields.slice(this.boundary)) {
      const candidates = this.#namedBy(field).filter(
        place => place.event === undefined || (place.event && isCopyOf(field, place.hop, place.event)),
      )
      if (!candidates[0]) break
      const missing = candidates.find(place => !place.field && !own.includes(place))
      if (!missing) return
      own.push(missing)
    }
    const block = this.#fields.slice(this.boundary, this.boundary + own.length)
    for (const [index, field] of block.entries()) this.#displace(own[index], field)
    this.boundary += own.length
  }

  /** Queue ids are never used twice, and no client knows them before: a claim that has one was copied afterwards. */
  judgeClaims(): void {
    const used = new Map(
      this.places.flatMap(place =>
        place.field?.received.id && place.field.tells.id === 'whole' ? [[place.field.received.id, place]] : [],
      ),
    )
    for (const field of this.#fields.slice(this.boundary)) {
      const own = used.get(field.received.id ?? '')
      if (own && names(field, own.hop) === 'both') this.#report(field, own)
    }
  }

  reportMissing(): void {
    for (const { position, hop, field } of this.places.toReversed()) {
      if (field) continue
      const message = `No Received field of ${hop.mta}, which should have carried the message.`
      this.findings.push(
        finding('missing-hop', { position, field: null }, { expected: describeHop(hop), found: null }, message),
      )
    }
  }

  #namedBy(field: TraceField): Place[] {
    const byBoth = this.places.filter(({ hop }) => names(field, hop) === 'both')
    return byBoth.length > 0 ? byBoth : this.places.filter(({ hop }) => names(field, hop) === 'one')
  }

  #displace(missing: Place | undefined, field: TraceField): void {
    if (!missing) return
    this.places[missing.position - 1] = { ...missing, field: asOf(field, missing.hop), displaced: true }
    const { position, hop } = missing
    this.findings.push(
      finding(
        'wrong-order',
        { position, field: field.number },
        { expected: describeHop(hop), found: describeBy(field) },
        `The Received field of ${hop.mta} does not stand where MTA ${position} of ${this.places.length} belongs.`,
      ),
    )
  }

  #report(field: TraceField, own: Place | undefined): void {
    const found = describeBy(field)
    const subject = { position: own?.position ?? null, field: field.number }
    const message = own
      ? `${own.hop.mta} stands in the path more often than the chain says.`
      : `A Received field of ${found ?? 'nobody'} stands above those of the chain's MTAs.`
    this.findings.push(finding(own ? 'loop' : 'unexpected-hop', subject, { expected: null, found }, message))
  }
}

/** By its queue id; by its octets where the dialect tells no ids. */
function isCopyOf(field: TraceField, hop: ExpectedHop, { id, stamp }: ReceivedEvent): boolean {
  const told = idToldBy(hop, id)
  return told === undefined ? Buffer.from(stampAlone(stamp)).equals(field.raw) : hasId(field, told)
}

function describeHop({ hostname, address }: ExpectedHop): string {
  return describe(hostname, address) ?? 'any'
}

function describeBy({ received: { by } }: TraceField): string | null {
  return describe(by.name, by.address)
}

function describe(name: string | null, address: string | null): string | null {
  if (name === null) return address
  return address === null ? name : `${name} [${address}]`
}
