/**
 * A way that somebody expects, as a pattern: held against a verdict, or, where nothing is known of the chain, against
 * what the message itself tells. Nothing is thrown for what a message contains.
 */
import type { Journal } from '../journal/journal.js'
import { isQueueId } from '../mail/envelope.js'
import { check } from './check.js'
import { readTraceFields, type TraceField } from './fields.js'
import { finding } from './finding.js'
import { octetsOf } from './octets.js'
import { type KnownHop, matchedLengths, matchesPath, parsePathPattern, type Step } from './path-pattern.js'
import type { CheckOptions, ExpectedHop, Finding, Hop, MessageVerdict } from './types.js'

export interface Way {
  /** As it was written. */
  readonly text: string
  readonly steps: readonly Step[]
}

/** Throws a TypeError that says what is wrong where the text is no way. */
export function readWay(text: string): Way {
  return { text, steps: parsePathPattern(text) }
}

/** MTAs that the way names one by one, the first one first; null where it leaves any open. */
export function plainWay({ steps }: Way): string[] | null {
  const names = steps.flatMap(step => (step.kind === 'hop' && !step.text.includes('*') ? [step.text] : []))
  return names.length === steps.length ? names : null
}

/**
 * The verdict that `hops` led to; one that passes fails where its path is another one than the way. One that fails has
 * its findings already.
 */
export function alongWay(verdict: MessageVerdict, hops: readonly ExpectedHop[], way: Way): MessageVerdict {
  const known = verdict.path.map(hop => inFull(hop, hops))
  if (verdict.verdict === 'fail' || matchesPath(way.steps, known)) return verdict
  return { ...verdict, verdict: 'fail', findings: [otherPath(way, verdict.path), ...verdict.findings] }
}

/** Not every dialect tells the MTA's own address. */
function inFull({ mta, by }: Hop, hops: readonly ExpectedHop[]): KnownHop {
  const hop = hops.find(other => other.mta === mta)
  return { mta, by: { name: by.name ?? hop?.hostname ?? null, address: by.address ?? hop?.address ?? null } }
}

/** Chains stop loops at about 100 hops (RFC 5321 6.3). */
const mostHops = 100

/**
 * Checks a message of which nothing but the way is known. Its newest fields that are such a way are taken for the path,
 * as few of them as will do, or all where the way begins with any number of hops; what stands below is claims. Each MTA
 * is the one that its field names, so what can be proved is that the way fits and that each field agrees with the next;
 * with the journal all that it proves, and MTAs have the names that it calls them by.
 */
export async function checkWay(
  content: Uint8Array | string,
  way: Way,
  options: CheckOptions = {},
): Promise<MessageVerdict> {
  const { fields } = readTraceFields(octetsOf(content), { hops: [ofAnyMta] })
  const newest = fields.slice(0, mostHops)
  const mtas = await mtasOf(newest, options.journal)
  const hops = newest.map(({ received: { id, by } }) => ({ mta: mtas.get(id ?? '') ?? null, by }))
  // what the journal has of the way is no claim
  const least = hops.findLastIndex(({ mta }) => mta !== null) + 1
  const lengths = matchedLengths(way.steps.toReversed(), hops).filter(fits => fits >= least)
  const [first] = way.steps
  const length = first?.kind === 'any' && first.most > 1 ? lengths.at(-1) : lengths[0]
  const expected = hops.slice(0, length).map(expectedOf).toReversed()
  const verdict = await check(content, { hops: expected }, options)
  if (length !== undefined) return verdict
  const path = verdict.path.map(hop => ({ ...hop, trusted: false }))
  return { ...verdict, verdict: 'fail', path, findings: [otherPath(way, path), ...claimsIn(verdict)] }
}

/** Its stamps may be in any dialect. */
export const ofAnyMta: ExpectedHop = { mta: '?', hostname: null, address: null, stamp: null }

/** The MTA that a field names. */
function expectedOf({ mta, by: { name, address } }: KnownHop): ExpectedHop {
  return { ...ofAnyMta, mta: mta ?? name ?? address ?? '?', hostname: name, address }
}

/** A message may bring many that the journal does not know. */
const mostLookups = 8

/** The names that the journal has for the MTAs of the message's way, by the queue ids in their fields. */
async function mtasOf(
  fields: readonly TraceField[],
  journal: Journal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const ids = journal ? fields.flatMap(({ received: { id } }) => (id !== null && isQueueId(id) ? [id] : [])) : []
  for (const newest of ids.slice(0, mostLookups)) {
    const history = await journal?.history(newest)
    if (history) return new Map(history.received.map(({ id, mta }) => [id, mta]))
  }
  return new Map()
}

function claimsIn({ findings }: MessageVerdict): Finding[] {
  return findings.filter(({ code }) => code === 'claimed-hop')
}

function otherPath({ text }: Way, path: readonly Hop[]): Finding {
  const found = path.length === 0 ? 'no hops' : describePath(path)
  const message = 'The message went another way than the expected one.'
  return finding('other-path', { position: null, field: null }, { expected: text, found }, message)
}

/** "a > b > c". */
export function describePath(path: readonly Hop[]): string {
  return path.map(({ mta, by }) => mta ?? by.name ?? by.address ?? '?').join(' > ')
}
