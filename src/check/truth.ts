/**
 * What the journal knows of the message: which copy it is, and the way that copy took.
 */
import { createHash } from 'node:crypto'
import type { ReceivedEvent } from '../journal/event.js'
import { type Journal, type MessageHistory, wayOf } from '../journal/journal.js'
import { stampAlone } from '../journal/stamped.js'
import { isQueueId } from '../mail/envelope.js'
import { type Alignment, align } from './align.js'
import type { Trace, TraceField } from './fields.js'
import { type Gap, gapIn } from './gap.js'
import { idToldBy } from './likeness.js'
import { returnPathOf } from './return-path.js'
import type { ExpectedHop, ExpectedPath } from './types.js'

export interface Truth {
  readonly history: MessageHistory
  /** Copies in the order of MTAs, the first one first. */
  readonly way: readonly ReceivedEvent[]
  /** For each expected hop its copy; null where the message did not pass the MTA. */
  readonly events: readonly (ReceivedEvent | null)[]
  readonly alignment: Alignment
  /** Octets before the content that was sent, by its size; null where what stands there is not that content. */
  readonly contentStart: number | null
  /** The journal does not have the whole way: it can't be held against the message. */
  readonly gap: Gap | null
}

/** A message sent again carries ids of its earlier ways: this many ways are tried, of the ids nearest to the top. */
const maxWays = 8
const maxIds = 200

/**
 * The way whose first content is the most of this message, or, where the content was changed, the way that needs the
 * fewest assumptions. null where the journal knows none of the message's queue ids.
 */
export async function findTruth(journal: Journal, trace: Trace, expected: ExpectedPath): Promise<Truth | null> {
  const truths: Truth[] = []
  const contents = new Contents(trace.octets)
  const misfit = (event: ReceivedEvent): number => misfitOf(event, trace, expected, contents)
  for (const history of await historiesOf(journal, trace.fields, misfit)) {
    const truth = tell(history, trace, expected, contents)
    if (truth) truths.push(truth)
  }
  return truths.toSorted(compareTruths)[0] ?? null
}

/**
 * How badly this copy, one of those with the same stamp, fits the message. The most content counts first: a message sent
 * again ends with the content of its earlier ways too.
 */
function misfitOf(event: ReceivedEvent, trace: Trace, expected: ExpectedPath, contents: Contents): number {
  const { recipient, reversePath = returnPathOf(trace) } = expected
  const isOthers = recipient !== undefined && !event.recipients.some(other => other === recipient)
  const start = contents.startOf(event) ?? trace.octets.length + 1
  return start * 4 + (isOthers ? 2 : 0) + (event.reversePath === reversePath ? 0 : 1)
}

function compareTruths(a: Truth, b: Truth): number {
  return (a.contentStart ?? Infinity) - (b.contentStart ?? Infinity) || a.alignment.cost - b.alignment.cost
}

function tell(
  history: MessageHistory,
  { fields }: Trace,
  { hops, recipient }: ExpectedPath,
  contents: Contents,
): Truth | null {
  const leaf = leafOf(history, fields, recipient)
  if (!leaf) return null
  const way = wayOf(history, leaf.id)
  const events = eventsOf(hops, way)
  const alignment = align(
    hops.map((hop, index) => {
      const event = events[index]
      return { hop, id: event ? idToldBy(hop, event.id) : null }
    }),
    fields,
  )
  const gap = gapIn(history, way)
  return { history, way, events, alignment, contentStart: contents.startOf(way[0] ?? leaf), gap }
}

async function historiesOf(
  journal: Journal,
  fields: readonly TraceField[],
  misfit: (event: ReceivedEvent) => number,
): Promise<MessageHistory[]> {
  const clues = new Set(fields.map(clueOf))
  const histories: MessageHistory[] = []
  const known = new Set<string>()
  for (const clue of [...clues].slice(0, maxIds)) {
    if (known.has(clue) || histories.length === maxWays) continue
    const history = isQueueId(clue) ? await journal.history(clue) : await journal.historyOfStamp?.(clue, misfit)
    if (!history) continue
    histories.push(history)
    for (const event of history.received) known.add(event.id).add(stampAlone(event.stamp))
  }
  return histories
}

/** Its queue id; the whole field where the dialect tells none. */
function clueOf({ received: { id }, raw }: TraceField): string {
  return id !== null && isQueueId(id) ? id : Buffer.from(raw).toString()
}

/** The copy that this is: the last one whose id or whose stamp stands in the message, else the recipient's. */
function leafOf({ received }: MessageHistory, fields: readonly TraceField[], recipient: string | undefined) {
  const relayed = new Set(received.map(({ previous }) => previous))
  const leaves = received.filter(({ id }) => !relayed.has(id))
  const clues = new Set(fields.map(clueOf))
  const owner = recipient ?? fields.find(field => field.received.for !== null)?.received.for
  return (
    leaves.find(({ id, stamp }) => clues.has(id) || clues.has(stampAlone(stamp))) ??
    leaves.find(({ recipients }) => recipients.some(other => other === owner)) ??
    leaves[0]
  )
}

/** Each copy goes to the expected hop of its MTA, from the newest down. */
function eventsOf(hops: readonly ExpectedHop[], way: readonly ReceivedEvent[]): (ReceivedEvent | null)[] {
  let left = way
  const events = hops.toReversed().map(({ mta }) => {
    const at = left.findLastIndex(event => event.mta === mta)
    const event = left[at] ?? null
    if (event) left = left.slice(0, at)
    return event
  })
  return events.toReversed()
}

/** What a message ends with, by its size: each digest is made once. */
class Contents {
  readonly #octets: Uint8Array
  readonly #digests = new Map<number, string>()

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  /** Where the content that this MTA received begins; null where the message does not end with it. */
  startOf({ size, digest }: ReceivedEvent): number | null {
    const start = this.#octets.length - size
    if (start < 0) return null
    const known = this.#digests.get(size) ?? createHash('sha256').update(this.#octets.subarray(start)).digest('hex')
    this.#digests.set(size, known)
    return known === digest.toLowerCase() ? start : null
  }
}
