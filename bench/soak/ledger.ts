/**
 * What became of each message and recipient that got 250, and of each report, by the journal and the queues. A pair is a
 * message, by its first queue id, and one recipient.
 */
import * as z from 'zod'
import type { Accepted } from './sender.js'

const eventSchema = z.object({
  event: z.string(),
  id: z.string().optional(),
  previous: z.string().nullish(),
  recipients: z.array(z.string()).default([]),
  recipient: z.string().optional(),
  report: z.string().nullish(),
  to: z.unknown().optional(),
  rule: z.string().optional(),
  action: z.string().default(''),
  problem: z.string().default(''),
  client: z.object({ address: z.string(), port: z.int() }).optional(),
})
type Event = z.infer<typeof eventSchema>

export interface Queued {
  readonly id: string
  readonly to: readonly string[]
}

interface Pair {
  delivered: number
  bounced: number
  /** Looks at the queues in a row that did not find it. */
  missed: number
}

export interface Balance {
  readonly sent: number
  readonly delivered: number
  readonly bounced: number
  readonly queued: number
  /** Not found at one look: a message may move while the queues are looked at. */
  readonly unseen: number
  /** Not found at two looks in a row. */
  readonly lost: readonly string[]
}

export class Ledger {
  readonly #pairs = new Map<string, Pair>()
  /** The first copy of each copy. */
  readonly #roots = new Map<string, string>()
  /** How often a copy was taken over by the next MTA for a recipient. */
  readonly #taken = new Map<string, number>()
  /** How often it is unknown to the sending MTA whether a copy was taken over. */
  readonly #doubts = new Map<string, number>()
  /** How often it waited in vain for the answer to a copy's final dot, for a recipient. */
  readonly #late = new Map<string, number>()
  readonly #doubtful: ReadonlySet<string>
  /** Sessions that are read slowly: what the client has given up may still be read to its end, and taken over. */
  readonly #slow = new Set<string>()
  readonly faults = new Map<string, number>()
  readonly flaws: string[] = []
  reports = 0
  delayed = 0

  /** `doubtful`: rules after which a sender does not know whether its message was taken over. */
  constructor(doubtful: ReadonlySet<string>) {
    this.#doubtful = doubtful
  }

  accepted({ id, recipients }: Accepted): void {
    for (const recipient of recipients) this.#pair(id, recipient)
  }

  take(line: string): void {
    const event = eventSchema.parse(JSON.parse(line))
    const { id = '', recipients } = event
    if (event.event === 'received') this.#received(event, id, event.previous ?? null)
    else if (event.event === 'delivered') this.#final(id, event.recipient ?? '').delivered++
    else if (event.event === 'bounced') for (const each of recipients) this.#final(id, each).bounced++
    else if (event.event === 'fault') this.#fault(event)
    else if (event.event === 'deferred') this.#deferred(id, event)
    else if (event.event === 'set-aside') this.flaws.push(`set aside: ${line}`)
    if (event.report && typeof event.to === 'string') this.#report(event.report, event.to, event.event)
  }

  #received({ recipients, client }: Event, id: string, previous: string | null): void {
    if (previous !== null) this.#roots.set(id, this.#rootOf(previous))
    if (previous !== null && this.#slow.has(sessionOf(client))) count(this.#doubts, previous)
    for (const recipient of recipients) {
      if (previous === null) this.#pair(id, recipient)
      else count(this.#taken, `${previous} ${recipient}`)
    }
  }

  #report(id: string, to: string, event: string): void {
    this.reports++
    if (event === 'reported') this.delayed++
    this.#pair(id, to)
  }

  #fault({ rule = '', previous, action, client }: Event): void {
    count(this.faults, rule)
    if (action.startsWith('throttle')) this.#slow.add(sessionOf(client))
    if (previous && this.#doubtful.has(rule)) count(this.#doubts, previous)
  }

  /** Who waits in vain for the answer to the final dot does not know either, be it for the machine's slowness. */
  #deferred(id: string, { recipients, problem }: Event): void {
    if (problem.startsWith('ETIMEDOUT (at message)')) for (const each of recipients) count(this.#late, `${id} ${each}`)
  }

  #rootOf(id: string): string {
    return this.#roots.get(id) ?? id
  }

  #pair(id: string, recipient: string): Pair {
    const key = `${id} ${recipient}`
    const known = this.#pairs.get(key) ?? { delivered: 0, bounced: 0, missed: 0 }
    this.#pairs.set(key, known)
    return known
  }

  #final(id: string, recipient: string): Pair {
    return this.#pair(this.#rootOf(id), recipient)
  }

  /** The pairs that are known by now and not settled. */
  open(): Set<string> {
    return new Set([...this.#pairs].filter(([, pair]) => !isSettled(pair)).map(([key]) => key))
  }

  /** `open` as it was before the queues were looked at; the journal is read up to after that. */
  balance(open: ReadonlySet<string>, queued: readonly Queued[]): Balance {
    const seen = new Set(queued.flatMap(({ id, to }) => to.map(mailbox => `${this.#rootOf(id)} ${mailbox}`)))
    const sums = { sent: 0, delivered: 0, bounced: 0, queued: 0, unseen: 0 }
    const lost: string[] = []
    for (const [key, pair] of this.#pairs) {
      sums.sent++
      if (pair.delivered > 0) sums.delivered++
      else if (pair.bounced > 0) sums.bounced++
      else if (seen.has(key) || !open.has(key)) {
        sums.queued++
        pair.missed = 0
      } else if (++pair.missed > 1) lost.push(key)
      else sums.unseen++
    }
    return { ...sums, lost }
  }

  /** Copies that were taken over more than once, and those of them that no fault explains. */
  duplicates(): { readonly all: number; readonly unexplained: readonly string[] } {
    const more = [...this.#taken].filter(([, times]) => times > 1)
    const doubts = (key: string): number =>
      (this.#doubts.get(key.split(' ')[0] ?? '') ?? 0) + (this.#late.get(key) ?? 0)
    const unexplained = more.filter(([key, times]) => times - 1 > doubts(key))
    return {
      all: more.reduce((sum, [, times]) => sum + times - 1, 0),
      unexplained: unexplained.map(([key, times]) => `${key}: ${times} times`),
    }
  }

  /** Deliveries and bounces beyond the first of each pair. */
  get surplus(): number {
    return [...this.#pairs.values()].reduce(
      (sum, { delivered, bounced }) => sum + Math.max(delivered + bounced - 1, 0),
      0,
    )
  }
}

function sessionOf(client: Event['client']): string {
  return client ? `${client.address} ${client.port}` : ''
}

function isSettled({ delivered, bounced }: Pair): boolean {
  return delivered + bounced > 0
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
