/**
 * The whole message, octet for octet, against the journal: Return-Path, the stamps newest first, the content that was
 * sent. `content-changed` is for what no other finding says.
 */
import type { ReceivedEvent } from '../journal/event.js'
import { stampAlone } from '../journal/stamped.js'
import { isField } from '../mail/header.js'
import type { Trace } from './fields.js'
import { finding, inBrackets } from './finding.js'
import type { Place } from './placement.js'
import type { Truth } from './truth.js'
import type { Finding } from './types.js'

/** A place that has a field and a copy in the journal. */
interface Proven extends Place {
  readonly field: NonNullable<Place['field']>
  readonly event: ReceivedEvent
}

/** `earlier` are the findings of the other rules. */
export function contentFindings(
  trace: Trace,
  places: readonly Place[],
  truth: Truth,
  earlier: readonly Finding[],
): Finding[] {
  const proven = places.flatMap(({ field, event, ...place }) => (field && event ? [{ ...place, field, event }] : []))
  const findings = [
    ...changedStamps(proven, earlier),
    ...foreignFields(trace, proven, truth, earlier),
    ...changedContent(proven, truth, earlier),
  ]
  const isExplained = [...findings, ...earlier].some(({ severity }) => severity === 'error')
  return isExplained ? findings : changedOtherwise(trace, proven, truth)
}

function changedContent(
  proven: readonly Proven[],
  { way, contentStart }: Truth,
  earlier: readonly Finding[],
): Finding[] {
  const [first] = way
  if (!first || contentStart !== null) return []
  const place = proven.find(({ event }) => event === first)
  if (place && swallowsContent(place, earlier)) return []
  const message = `The content is not the one that ${first.mta} received.`
  return [changed(place, place?.field.number ?? null, `${first.size} octets, SHA-256 ${first.digest}`, message)]
}

/** The stamp stands there, but what follows has become a part of it: that the field is malformed says it all. */
function swallowsContent({ field, event }: Proven, earlier: readonly Finding[]): boolean {
  const isMalformed = earlier.some(({ code, field: number }) => code === 'malformed' && number === field.number)
  const stamp = stampOf(event)
  return isMalformed && stamp.equals(field.raw.subarray(0, stamp.length))
}

/** Stamps that say the same in other octets. */
function changedStamps(proven: readonly Proven[], earlier: readonly Finding[]): Finding[] {
  return proven.toReversed().flatMap(place => {
    const { field, event, hop } = place
    const number = field.number
    if (stampOf(event).equals(field.raw) || earlier.some(other => other.field === number)) return []
    return [
      changed(
        place,
        number,
        event.stamp,
        `The Received field of ${hop.mta} says the same in other octets than its stamp.`,
      ),
    ]
  })
}

/** Fields between or below the stamps that no MTA of the way wrote; one finding for each stamp that has such below. */
function foreignFields(
  { header, fields }: Trace,
  proven: readonly Proven[],
  { contentStart }: Truth,
  earlier: readonly Finding[],
): Finding[] {
  const oldest = proven.reduce((last, { field }) => Math.max(last, field.index), 0)
  const reported = new Set(earlier.map(({ field }) => field))
  const numbers = new Map(fields.flatMap(({ index, top, number }) => [top, index].map(at => [at, number] as const)))
  const findings = new Map<Proven | undefined, Finding>()
  let above: Proven | undefined
  for (const [index, field] of header.fields.entries()) {
    if (contentStart === null ? index > oldest : field.start >= contentStart) break
    const number = numbers.get(index) ?? null
    const place = proven.find(other => other.field.number === number)
    above = place ?? above
    // what stands first, or is another Return-Path, has a finding of its own
    const isReturnPath = index === 0 || isField(field, 'Return-Path')
    if (place || isReturnPath || (number !== null && reported.has(number))) continue
    const message = `No MTA of the way wrote the field ${field.name} below the stamp of ${above?.hop.mta ?? 'none'}.`
    findings.set(above, changed(above, number, null, message))
  }
  return [...findings.values()]
}

/** The last resort: nothing passes but the octets that the journal knows. */
function changedOtherwise({ octets }: Trace, proven: readonly Proven[], { way, contentStart }: Truth): Finding[] {
  const top = topOf(way)
  if (contentStart !== null && top.equals(octets.subarray(0, contentStart))) return []
  const at = top.findIndex((octet, index) => octet !== octets[index])
  const place = proven.find(({ field }) => field.start <= (at === -1 ? top.length : at))
  return [
    changed(
      place,
      place?.field.number ?? null,
      null,
      'The octets above the content are not those that the MTAs wrote.',
    ),
  ]
}

/** Return-Path and all stamps, newest first. */
function topOf(way: readonly ReceivedEvent[]): Buffer {
  const stamps = way.map(({ stamp }) => stamp).toReversed()
  return Buffer.from(`Return-Path: ${inBrackets(way.at(-1)?.reversePath ?? null)}\r\n${stamps.join('')}`)
}

function stampOf({ stamp }: ReceivedEvent): Buffer {
  return Buffer.from(stampAlone(stamp))
}

function changed(place: Proven | undefined, field: number | null, expected: string | null, message: string): Finding {
  return finding('content-changed', { position: place?.position ?? null, field }, { expected, found: null }, message)
}
