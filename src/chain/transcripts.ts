/**
 * What was said in the SMTP sessions of a chain's MTAs, line by line, and the contents they took: the newest of it, in
 * memory.
 */
import { isUtf8 } from 'node:buffer'
import type { Peer } from '../journal/event.js'
import type { QueueId } from '../mail/envelope.js'
import type { SessionTranscript } from '../receive/transcript.js'
import type { Clock } from '../time/clock.js'
import type { Flights } from './flights.js'

/** A line of an SMTP session, as the server saw it. */
export interface TranscriptLine {
  /** Counts the MTA's sessions from 1. */
  readonly session: number
  readonly client: Peer
  /** Counts the session's transactions from 1, each from MAIL on; null outside of them. */
  readonly transaction: number | null
  /** Mail time. */
  readonly time: Date
  /** Since the session began, by the machine's clock, ms. */
  readonly elapsedMs: number
  /** `event` is what is no line: the end of the connection, a rule that breaks it off. */
  readonly from: 'client' | 'server' | 'event'
  /** Without the line end; a content is "(678 octets of content)". */
  readonly text: string
  /** Queue id of the copy that the transaction became; null for one that became none, and outside of transactions. */
  readonly id: QueueId | null
  /** The client's copy, where an MTA of this chain sent it. */
  readonly previous: QueueId | null
}

/** Its lines get the queue id once there is one. */
interface Transaction {
  readonly number: number
  readonly lines: Kept[]
  readonly previous: QueueId | null
  id: QueueId | null
}

type Kept = { -readonly [Key in keyof TranscriptLine]: TranscriptLine[Key] }

/** Lines of an MTA that are kept at least. */
const linesKept = 10_000
/** Octets of contents that are kept at most, of all MTAs, and of one. */
const octetsKept = 64_000_000
const largestKept = 4_000_000

/** A content as it comes in. */
export interface Heard {
  write(chunk: Uint8Array): void
  /** The client's transaction has become that copy. */
  taken(id: QueueId): void
}

export class Transcripts {
  readonly #clock: Clock
  readonly #flights: Flights
  readonly #lines = new Map<string, Kept[]>()
  readonly #sessions = new Map<string, number>()
  /** The transaction that is open on a socket of an MTA. */
  readonly #open = new Map<string, Transaction>()
  readonly #contents = new Map<QueueId, { readonly chunks: readonly Uint8Array[]; readonly size: number }>()
  #octets = 0

  constructor(clock: Clock, flights: Flights) {
    this.#clock = clock
    this.#flights = flights
  }

  lines(mta: string): readonly TranscriptLine[] {
    return (this.#lines.get(mta) ?? []).slice(-linesKept)
  }

  /** The octets as the MTA received them, without its stamp; null where they are not kept any more. */
  content(id: QueueId): Uint8Array | null {
    const content = this.#contents.get(id)
    return content ? Buffer.concat(content.chunks) : null
  }

  /** The content of a client's open transaction; of a large one nothing is kept. */
  hear(mta: string, client: Peer): Heard {
    const chunks: Uint8Array[] = []
    let size = 0
    return {
      write(chunk) {
        size += chunk.length
        if (size <= largestKept) chunks.push(chunk)
        else chunks.length = 0
      },
      taken: id => {
        const transaction = this.#open.get(keyOf(mta, client))
        if (transaction) transaction.id = id
        for (const line of transaction?.lines ?? []) line.id = id
        if (size <= largestKept) this.#keep(id, chunks, size)
      },
    }
  }

  session(mta: string, server: Peer, client: Peer): SessionTranscript {
    const session = (this.#sessions.get(mta) ?? 0) + 1
    this.#sessions.set(mta, session)
    const [key, began] = [keyOf(mta, client), performance.now()]
    let transactions = 0
    const add = (from: TranscriptLine['from'], text: string): void => {
      const { number: transaction = null, id = null, previous = null, lines } = this.#open.get(key) ?? {}
      const elapsedMs = performance.now() - began
      const line = { session, client, transaction, time: this.#clock.now(), elapsedMs, from, text, id, previous }
      if (lines) keepNewest(lines, line)
      this.#add(mta, line)
    }
    return {
      command: octets => {
        const text = octets.toString(isUtf8(octets) ? 'utf8' : 'latin1')
        const verb = /^[a-z]*/i.exec(text)?.[0].toUpperCase() ?? ''
        if (verb === 'MAIL') {
          const cargo = this.#flights.find(client, server)
          const previous = cargo !== null && 'copy' in cargo ? cargo.copy : null
          this.#open.set(key, { number: ++transactions, lines: [], previous, id: null })
        } else if (['EHLO', 'HELO', 'RSET', 'QUIT'].includes(verb)) this.#open.delete(key)
        add('client', text)
      },
      reply: lines => {
        for (const line of lines.trimEnd().split('\r\n')) add('server', line)
      },
      content: size => add('client', `(${size} octets of content)`),
      note: text => add('event', text),
      closed: () => {
        add('event', 'closed')
        this.#open.delete(key)
      },
    }
  }

  #add(mta: string, line: Kept): void {
    const lines = this.#lines.get(mta)
    if (lines) keepNewest(lines, line)
    else this.#lines.set(mta, [line])
  }

  #keep(id: QueueId, chunks: readonly Uint8Array[], size: number): void {
    this.#contents.set(id, { chunks, size })
    this.#octets += size
    for (const [oldest, content] of this.#contents) {
      if (this.#octets <= octetsKept) return
      this.#contents.delete(oldest)
      this.#octets -= content.size
    }
  }
}

/** A transaction may go on for ever: a client that says NOOP again and again is given no memory for it. */
function keepNewest(lines: Kept[], line: Kept): void {
  if (lines.push(line) > 2 * linesKept) lines.splice(0, linesKept)
}

function keyOf(mta: string, { address, port }: Peer): string {
  return `${mta} ${address} ${port}`
}
