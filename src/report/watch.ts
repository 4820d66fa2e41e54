/**
 * What happens in a chain, one line an event as people read them: each hop of each message with its delay, what goes
 * wrong, and the end.
 *
 *   10:00:00.120  4F2K7Q9XW3  1  submission  127.0.0.11  ESMTP                   a@example.test → b@example.test
 *   10:00:00.122  4F2K7Q9XW3  2  mailbox     127.0.0.12  ESMTP            +2 ms
 *   10:00:00.123  4F2K7Q9XW3  ✔  mailbox     delivered to b@example.test, 3 ms in all
 */
import { describeTrouble } from '../journal/describe.js'
import { duration } from './quantities.js'
import type { Style } from './style.js'
import { padEnd, padStart, printable, quoted, width } from './text.js'
import { type TrackedCopy, type WatchedEvent, WatchTracks } from './watch-tracks.js'

export interface WatchedMta {
  readonly name: string
  readonly address: string
}

/** All that is given must fit. */
export interface WatchFilter {
  readonly mta?: string
  /** * stands for anything. */
  readonly from?: string
  readonly to?: string
}

const labelWidth = 12
const protocolWidth = 8
const delayWidth = 12
/** Of what a reply or an address brings. */
const longestText = 200

export class Watch {
  readonly #tracks: WatchTracks
  readonly #style: Style
  readonly #nameWidth: number
  readonly #addresses: ReadonlyMap<string, string>
  readonly #addressWidth: number
  #day: string | null = null

  constructor(mtas: readonly WatchedMta[], filter: WatchFilter, style: Style) {
    this.#tracks = new WatchTracks(filter)
    this.#style = style
    this.#addresses = new Map(mtas.map(({ name, address }) => [name, address]))
    this.#nameWidth = Math.max(0, ...mtas.map(({ name }) => width(name)))
    this.#addressWidth = Math.max(0, ...mtas.map(({ address }) => width(address)))
  }

  /**
   * To be told of each event, in order. `wanted`: it fits the filter; `text` is null for one of which another one tells
   * more, as that a message was relayed.
   */
  take(event: WatchedEvent): { readonly wanted: boolean; readonly text: string | null } {
    const copy = this.#tracks.take(event)
    if (!this.#tracks.wants(event)) return { wanted: false, text: null }
    const said = this.#say(event, copy)
    return { wanted: true, text: said === null ? null : this.#withDay(event, said) }
  }

  /** Mail time may go over many days in a moment. */
  #withDay({ time }: WatchedEvent, line: string): string {
    const day = time?.slice(0, 10) ?? this.#day
    const isNew = this.#day !== null && day !== this.#day
    this.#day = day
    return isNew && day !== null ? `${this.#style.dim(`── ${printable(day)}`)}\n${line}` : line
  }

  #say(event: WatchedEvent, copy: TrackedCopy | null): string | null {
    const { bold, dim, green, red, yellow } = this.#style
    const told = toldOf(event, copy)
    if (told === null) return null
    const label = padEnd(quoted(copy?.label ?? event.id ?? '', labelWidth), labelWidth)
    const name = padEnd(printable(event.mta ?? ''), this.#nameWidth)
    const head = `${dim((event.time ?? '').slice(11, 23).padEnd(12))}  ${bold(label)}`
    if (event.event === 'received') return `${head}  ${this.#hop(event, copy, name)}`.trimEnd()
    const colour = told.kind === 'good' ? green : told.kind === 'bad' ? red : yellow
    const words = quoted(told.words, longestText)
    return `${head}  ${colour(padStart(told.mark, 2))}  ${name}  ${told.kind === 'good' ? words : colour(words)}`
  }

  #hop(
    { mta = '', protocol = '', reversePath, recipients = [] }: WatchedEvent,
    copy: TrackedCopy | null,
    name: string,
  ) {
    const number = padStart(String(copy?.hop ?? '?'), 2)
    const address = padEnd(this.#addresses.get(mta) ?? '', this.#addressWidth)
    const took = copy?.delay ?? null
    const delay = padStart(took === null ? '' : `+${duration(took)}`, delayWidth)
    const others = recipients.length > 1 ? ` and ${recipients.length - 1} more` : ''
    const envelope = took === null ? `  ${reversePath ?? '<>'} → ${recipients[0] ?? ''}${others}` : ''
    const { dim } = this.#style
    return `${number}  ${name}  ${dim(address)}  ${padEnd(printable(protocol), protocolWidth)}  ${delay}${dim(
      quoted(envelope, longestText),
    )}`
  }
}

interface Told {
  readonly mark: string
  readonly kind: 'good' | 'bad' | 'note'
  readonly words: string
}

/** Null where another event tells more: the next MTA's that has received what was relayed. */
function toldOf(event: WatchedEvent, copy: TrackedCopy | null): Told | null {
  const note = (words: string): Told => ({ mark: '·', kind: 'note', words })
  const bad = (words: string): Told => ({ mark: '✘', kind: 'bad', words })
  switch (event.event) {
    case 'relayed':
      return null
    case 'received':
      return note('')
    case 'delivered': {
      const total = copy?.total ?? null
      const took = total === null ? '' : `, ${duration(total)} in all`
      return { mark: '✔', kind: 'good', words: `delivered to ${event.recipient ?? ''}${took}` }
    }
    case 'gap':
      return bad(`events up to ${(event.first ?? 1) - 1} are lost: they came faster than they were read`)
    case 'refused':
    case 'failed':
    case 'bounced':
    case 'set-aside':
      return bad(describeTrouble(event, null))
    default:
      return note(describeTrouble(event, null))
  }
}
