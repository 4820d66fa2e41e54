/**
 * Which message each event belongs to, and how far that has come; of the newest messages alone.
 */
import type { Trouble } from '../journal/describe.js'
import { matchesMailbox } from '../mail/glob.js'
import type { WatchFilter } from './watch.js'

/** An event of the chain, with what is shown of it. */
export interface WatchedEvent extends Trouble {
  /** Mail time, ISO 8601. */
  readonly time?: string | undefined
  readonly mta?: string | undefined
  readonly id?: string | undefined
  readonly previous?: string | null | undefined
  readonly protocol?: string | undefined
  readonly reversePath?: string | null | undefined
  readonly recipient?: string | undefined
  readonly first?: number | undefined
}

export interface TrackedCopy {
  /** Queue id of the first copy that is known of. */
  readonly label: string
  /** Counted from 1; null where the beginning was not seen. */
  readonly hop: number | null
  /** Since the MTA before received it, ms; null for the first, and where that was not seen. */
  readonly delay: number | null
  /** Since the first MTA received it, ms; null where that was not seen. */
  readonly total: number | null
}

interface Copy extends Omit<TrackedCopy, 'total'> {
  /** ms; null where the first MTA's receipt was not seen. */
  readonly began: number | null
  readonly since: number
  readonly from: string
  readonly to: readonly string[]
}

const most = 20_000

export class WatchTracks {
  readonly #filter: WatchFilter
  readonly #copies = new Map<string, Copy>()

  constructor(filter: WatchFilter) {
    this.#filter = filter
  }

  /** Null where the copy is not known. */
  take(event: WatchedEvent): TrackedCopy | null {
    const moment = Date.parse(event.time ?? '')
    if (event.event === 'received' && event.id !== undefined) this.#add(event.id, event, moment)
    const copy = this.#copyOf(event)
    return copy && { ...copy, total: copy.began === null ? null : moment - copy.began }
  }

  /** Whether it fits the filter. A gap concerns everybody. */
  wants(event: WatchedEvent): boolean {
    const { mta, from, to } = this.#filter
    if (event.event === 'gap') return true
    if (mta !== undefined && event.mta !== mta) return false
    if (from === undefined && to === undefined) return true
    const copy = this.#copyOf(event)
    const sender = copy?.from ?? event.reversePath
    const recipients = [...(event.recipients ?? []), ...(event.recipient === undefined ? [] : [event.recipient])]
    const whom = recipients.length > 0 ? recipients : (copy?.to ?? [])
    return (
      (from === undefined || (sender !== undefined && matchesMailbox(from, sender ?? '<>'))) &&
      (to === undefined || whom.some(recipient => matchesMailbox(to, recipient)))
    )
  }

  #copyOf({ event, id, previous }: WatchedEvent): Copy | null {
    const known = event === 'fault' ? previous : id
    return this.#copies.get(known ?? '') ?? null
  }

  #add(id: string, { previous = null, reversePath, recipients = [] }: WatchedEvent, moment: number): void {
    const before = previous === null ? null : (this.#copies.get(previous) ?? null)
    const isFirst = previous === null
    this.#copies.set(id, {
      label: before?.label ?? previous ?? id,
      hop: isFirst ? 1 : nextTo(before?.hop ?? null),
      delay: before ? moment - before.since : null,
      began: isFirst ? moment : (before?.began ?? null),
      since: moment,
      from: reversePath ?? '<>',
      to: recipients,
    })
    const [oldest] = this.#copies.size > most ? this.#copies.keys() : []
    if (oldest !== undefined) this.#copies.delete(oldest)
  }
}

function nextTo(hop: number | null): number | null {
  return hop === null ? null : hop + 1
}
