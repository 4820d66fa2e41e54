/**
 * Lines of SMTP sessions, parted into transactions: what was said about one copy of a message.
 */
import type { Peer } from '../../journal/event.js'
import { hinter } from './hints.js'
import type { Dialogue, Line, SpokenLine } from './types.js'

/** A transaction, or a session that came to none. */
export interface Spoken {
  readonly session: number
  readonly client: Peer
  /** Counted from 1 in its session; null: it came to none. */
  readonly transaction: number | null
  /** The session's lines before its first transaction. */
  readonly opening: readonly SpokenLine[]
  readonly lines: readonly SpokenLine[]
  readonly begin: Date
  readonly id: string | null
  readonly previous: string | null
}

/** More lines of one dialogue are counted, not shown: a message may have thousands of recipients. */
const mostLines = 60
/** Of them the last ones, where the answers stand. */
const lastLines = 20

/** In the order they began. */
export function spokenOf(lines: readonly SpokenLine[]): Spoken[] {
  const sessions = new Map<number, SpokenLine[]>()
  for (const line of lines) {
    const own = sessions.get(line.session)
    if (own) own.push(line)
    else sessions.set(line.session, [line])
  }
  const all = Array.from(sessions.values(), inTransactions)
  return all.flat().toSorted((a, b) => a.begin.getTime() - b.begin.getTime())
}

function inTransactions(lines: readonly SpokenLine[]): Spoken[] {
  const first = lines.findIndex(({ transaction }) => transaction !== null)
  if (first === -1) return lines[0] ? [spoken(lines[0], [], lines)] : []
  const opening = lines.slice(0, first)
  const transactions = new Map<number, SpokenLine[]>()
  for (const line of lines) {
    if (line.transaction === null) continue
    const own = transactions.get(line.transaction)
    if (own) own.push(line)
    else transactions.set(line.transaction, [line])
  }
  return Array.from(transactions.values()).flatMap(own => (own[0] ? [spoken(own[0], opening, withoutEnd(own))] : []))
}

/** A connection that was kept for the next message says nothing about this one when it is closed. */
function withoutEnd(lines: readonly SpokenLine[]): readonly SpokenLine[] {
  const isOver = lines.at(-1)?.text === 'closed' && lines.at(-1)?.from === 'event' && lines.at(-2)?.from === 'server'
  return isOver ? lines.slice(0, -1) : lines
}

function spoken(first: SpokenLine, opening: readonly SpokenLine[], lines: readonly SpokenLine[]): Spoken {
  const { session, client, transaction, time, id, previous } = first
  return { session, client, transaction, opening, lines, begin: time, id, previous }
}

export function dialogueOf({ session, client, transaction, opening, lines }: Spoken): Dialogue {
  const hintOf = hinter()
  const told = (line: SpokenLine): Line => {
    const { from, text, time } = line
    return { from, text, time: time.toISOString(), hint: hintOf(line) }
  }
  const kept = lines.length > mostLines ? [...lines.slice(0, mostLines - lastLines), ...lines.slice(-lastLines)] : lines
  return {
    session,
    client,
    connection: connectionOf(transaction, opening),
    opening: opening.map(told),
    lines: kept.map(told),
    left: lines.length - kept.length,
  }
}

function connectionOf(transaction: number | null, opening: readonly SpokenLine[]): Dialogue['connection'] {
  if (transaction === null || transaction === 1) return 'new'
  return opening.length > 0 ? 'kept' : null
}
