/**
 * The checker: does a message prove that it went the expected way? It never throws for what a message contains, shares
 * no code with what writes stamps, and knows nothing of running MTAs.
 */
import type { ReceivedEvent } from '../journal/event.js'
import { largestHeader } from '../mail/header.js'
import { isStampName } from '../mail/stamp-name.js'
import { templateFlaw } from '../mail/stamp-template.js'
import { protocolFindings, forFindings, readable, senderFindings, timeFindings } from './agree.js'
import { align } from './align.js'
import { bounceFindings } from './bounces.js'
import { compareHop } from './compare.js'
import { delayFindings } from './delays.js'
import { duplicateFindings } from './duplicates.js'
import { readTraceFields, type Trace } from './fields.js'
import { finding } from './finding.js'
import { gapFinding } from './gap.js'
import { octetsOf, textOf } from './octets.js'
import { type Placement, placeHops } from './placement.js'
import { contentFindings } from './proof.js'
import { disagreement } from './readers.js'
import { hasNoPath, makerOf, reportFinding } from './report-way.js'
import { returnPathFindings, returnPathOf } from './return-path.js'
import { skewFindings } from './skew.js'
import { findTruth, type Truth } from './truth.js'
import type { CheckOptions, ExpectedPath, Finding, MessageVerdict } from './types.js'
import { judge } from './verdict.js'

/**
 * Checks one delivered message: its octets, or text, which is taken for UTF-8. With a journal that knows the message
 * and its whole way everything is proved, without it what a message alone can prove: not who the client was, whether it
 * said HELO or EHLO, queue ids, dates that still run forwards, nor the content. Rejects only where the journal can't be
 * read, and with a RangeError for a `stamp` that is none.
 */
export async function check(
  content: Uint8Array | string,
  expected: ExpectedPath,
  { journal, requireJournal = false }: CheckOptions = {},
): Promise<MessageVerdict> {
  for (const { mta, stamp } of expected.hops) requireStamp(mta, stamp)
  const trace = readTraceFields(octetsOf(content), expected)
  const maker = makerOf(trace, expected)
  if (maker && hasNoPath(trace, expected)) {
    const { recipient } = expected
    const told = await reportFinding(trace, maker, journal ?? null, recipient)
    const isProved = told.severity === 'info'
    return judge(recipient ?? null, isProved ? 'message+journal' : 'message', trace.fields, noPlaces, [told])
  }
  const found = journal ? await findTruth(journal, trace, expected) : null
  // the journal knows of no copy before the one that the next MTA received
  if (found && maker && found.way[0]?.previous && found.way[0].mta === expected.hops[maker.at + 1]?.mta) {
    const behind = { ...expected, hops: expected.hops.slice(maker.at + 1) }
    const truth = journal ? await findTruth(journal, trace, behind) : null
    return checkTrace(trace, behind, truth?.gap?.side === 'before' ? { ...truth, gap: null } : truth, requireJournal)
  }
  return checkTrace(trace, expected, found, requireJournal)
}

function requireStamp(mta: string, stamp: string | null | undefined): void {
  if (stamp === undefined || stamp === null || isStampName(stamp)) return
  const flaw = templateFlaw(stamp)
  if (flaw !== null)
    throw new RangeError(`the stamp of ${mta} is neither a program's name nor a template: expected ${flaw}`)
}

const noPlaces: Placement = { places: [], boundary: 0, findings: [] }

async function checkTrace(
  trace: Trace,
  expected: ExpectedPath,
  found: Truth | null,
  requireJournal: boolean,
): Promise<MessageVerdict> {
  const gap = found?.gap ?? null
  const truth = gap ? null : found
  const alignment =
    truth?.alignment ??
    align(
      expected.hops.map(hop => ({ hop, id: undefined })),
      trace.fields,
    )
  const placement = placeHops(expected.hops, trace.fields, alignment, truth && truth.events)
  const findings = [
    ...(gap ? [gapFinding(gap, expected, requireJournal)] : []),
    ...(requireJournal && !found ? [unknownToJournal(expected, trace)] : []),
    ...(await findingsOf(trace, expected, placement, truth)),
  ]
  return judge(expected.recipient ?? null, truth ? 'message+journal' : 'message', trace.fields, placement, findings)
}

async function findingsOf(
  trace: Trace,
  expected: ExpectedPath,
  placement: Placement,
  truth: Truth | null,
): Promise<Finding[]> {
  const { places, boundary, findings } = placement
  const last = trace.fields[boundary - 1]?.index ?? 0
  const hops = places.toReversed().flatMap(hop => compareHop(hop, places, trace.fields))
  const told = readable(places)
  const found = [
    ...tooMany(trace),
    ...tooLarge(trace, truth),
    ...findings,
    ...hops,
    ...(truth ? [] : [...protocolFindings(told), ...forFindings(told, expected.recipient)]),
    ...senderFindings(told, expected.reversePath ?? newestEvent(truth)?.reversePath ?? returnPathOf(trace)),
    ...returnPathFindings(trace, last, expected, newestEvent(truth)),
  ]
  found.push(...newTo(found, 'malformed', withoutEmptyLine(trace, placement)))
  found.push(...newTo(found, 'malformed', await disagreement(trace)))
  found.push(...newTo(found, 'date', timeFindings(told)))
  const notes = skewFindings(told, found).toReversed()
  if (!truth) return [...found, ...notes]
  const { history } = truth
  return [
    ...found,
    ...contentFindings(trace, places, truth, found),
    ...notes,
    ...delayFindings(places, history, expected.recipient),
    ...bounceFindings(places, history),
    ...duplicateFindings(places, truth, expected.recipient),
  ]
}

/** One defect earns one code: findings about a field that has not got the other code yet. */
function newTo(found: readonly Finding[], code: Finding['code'], more: readonly Finding[]): Finding[] {
  return more.filter(({ field }) => !found.some(other => other.code === code && other.field === field))
}

function newestEvent(truth: Truth | null): ReceivedEvent | null {
  return truth?.way.at(-1) ?? null
}

function unknownToJournal({ hops }: ExpectedPath, { fields }: Trace): Finding {
  const [top] = fields
  const subject = { position: hops.length, field: top ? 0 : null }
  return finding(
    'queue-id',
    subject,
    { expected: null, found: top?.received.id ?? null },
    'The journal knows no queue id of the message.',
  )
}

function tooMany({ fields, unread }: Trace): Finding[] {
  if (unread === 0) return []
  const message = `${unread} Received fields below number ${fields.length - 1} are too many to be read.`
  return [finding('malformed', { position: null, field: fields.length }, { expected: null, found: null }, message)]
}

/** Where the journal proves that the content begins in what was read, all below is the content's, and claims. */
function tooLarge({ header, isCut }: Trace, truth: Truth | null): Finding[] {
  if (!isCut) return []
  const isProved = truth !== null && truth.contentStart !== null && truth.contentStart <= header.end
  const rest = isProved ? 'what stands below them is claimed' : 'and nothing proves what stands below them'
  const message = `The header is too large: only its first ${largestHeader / 1_000_000} MB are read, ${rest}.`
  const told = finding('malformed', { position: null, field: null }, { expected: null, found: null }, message)
  return [isProved ? { ...told, severity: 'warning' } : told]
}

/** Content that does not begin with a field stands below an empty line: else it is read as a part of the stamp. */
function withoutEmptyLine({ octets, header, isCut }: Trace, { places, boundary }: Placement): Finding[] {
  const oldest = places.find(({ field }) => field?.number === boundary - 1)
  if (isCut || !oldest?.field || oldest.field.index !== header.fields.length - 1) return []
  const rest = textOf(octets.subarray(header.end, header.end + 2))
  if (rest === '' || rest === '\r\n') return []
  const subject = { position: oldest.position, field: oldest.field.number }
  const message = `No empty line stands between the Received field of ${oldest.hop.mta} and the content.`
  return [finding('malformed', subject, { expected: null, found: null }, message)]
}
