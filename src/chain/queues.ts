/**
 * The queues of all MTAs of a chain, to look at and to work on by hand. What can't be done is a result with its reason,
 * and changes nothing.
 */
import { matchesInAnyCase } from '../mail/glob.js'
import type { Problem } from '../mail/problem.js'
import type { HandResult } from '../queue/hand.js'
import type { QueuedMessage, QueueState } from '../queue/list.js'
import type { Spool } from '../queue/spool.js'
import { unhurried } from '../queue/unhurried.js'
import { assemble } from './content.js'
import type { Mta } from './mta.js'

/** All that is given must fit. In `from` and `to`, * stands for any characters; upper and lower case are the same. */
export interface QueueFilter {
  /** The MTA's name. */
  readonly mta?: string | undefined
  readonly state?: QueueState | undefined
  /** The reverse-path; the null one is "<>". */
  readonly from?: string | undefined
  /** One recipient of several is enough. */
  readonly to?: string | undefined
}

/**
 * `running`: an attempt is under way; `unknown`: no queue has such a message, it may have gone on; `held`: to be released
 * first; `failed`: nothing of it is tried any more.
 */
export type QueueResult = HandResult | 'held' | 'failed'

/** Where an MTA hands messages on to. */
export interface DestinationStatus {
  /** The next MTA's name; `mailbox` where it delivers. */
  readonly name: string
  /** Attempts under way. */
  readonly active: number
  /** Why it is left alone; null where it answers, as far as is known. */
  readonly problem: Problem | null
  /** Where it is left alone: mail time of the next probe. */
  readonly nextProbeAt: Date | null
}

export class Queues {
  readonly #mtas: readonly Mta[]
  readonly #spool: Pick<Spool, 'content' | 'rest'>

  constructor(mtas: readonly Mta[], spool: Pick<Spool, 'content' | 'rest'>) {
    this.#mtas = mtas
    this.#spool = spool
  }

  /** Each is read from the spool as it is asked for; of what comes and goes meanwhile, some may be missed. */
  async *list(filter: QueueFilter = {}): AsyncGenerator<QueuedMessage, void, undefined> {
    for (const { config, queue } of this.#mtas) {
      if (filter.mta !== undefined && config.name !== filter.mta) continue
      for await (const message of unhurried(queue.messages(), this.#spool)) {
        if (fits(message, filter)) yield message
      }
    }
  }

  /** Null where no queue has it. */
  find(id: string): QueuedMessage | null {
    for (const { queue } of this.#mtas) {
      const message = queue.message(id)
      if (message) return message
    }
    return null
  }

  /** Tries it now, whatever its schedule says and whether its destination answers or not. */
  async retry(id: string): Promise<QueueResult> {
    const { state } = this.find(id) ?? {}
    if (state === 'held' || state === 'failed') return state
    return this.#queueOf(id)?.hand.retry(id) ?? 'unknown'
  }

  /** It is not tried until it is released, not after a restart either. One that is being sent is held right after. */
  async hold(id: string): Promise<QueueResult> {
    if (this.find(id)?.state === 'failed') return 'failed'
    return (await this.#queueOf(id)?.hand.hold(id)) ?? 'unknown'
  }

  /** It is tried now; one that is not held stays as it is. */
  async release(id: string): Promise<QueueResult> {
    if (!this.find(id)) return 'unknown'
    return (await this.#queueOf(id)?.hand.release(id)) ?? 'unknown'
  }

  /** It leaves the queue: nobody gets it, nobody is told but the journal. */
  async drop(id: string): Promise<QueueResult> {
    return this.#queueOf(id)?.hand.drop(id) ?? 'unknown'
  }

  /**
   * Its octets as they would go on, stamp and content, piece by piece; null where no queue has it. The spool is read as
   * the pieces are asked for, which throws where the message has gone meanwhile.
   */
  export(id: string): Iterable<Uint8Array> | null {
    const message = this.find(id)
    return message && assemble(Buffer.from(message.item.stamp), message.item, this.#spool)
  }

  /** Those that the MTA has had messages for. */
  destinations(mta: string): DestinationStatus[] {
    const at = this.#mtas.findIndex(({ config }) => config.name === mta)
    const next = this.#mtas[at + 1]?.config.name ?? 'next'
    return (this.#mtas[at]?.queue.destinations ?? []).map(({ name, running, health: { problem, probeAt } }) => ({
      name: name === 'next' ? next : name,
      active: running,
      problem,
      nextProbeAt: problem && new Date(probeAt),
    }))
  }

  #queueOf(id: string): Mta['queue'] | undefined {
    return this.#mtas.find(({ queue }) => queue.has(id))?.queue
  }
}

function fits({ item, state }: QueuedMessage, filter: QueueFilter): boolean {
  if (filter.state !== undefined && state !== filter.state) return false
  if (filter.from !== undefined && !matchesInAnyCase(filter.from, item.envelope.reversePath ?? '<>')) return false
  const { to } = filter
  // who looks for a message need not know in which case the address was written
  return to === undefined || item.recipients.some(({ mailbox }) => matchesInAnyCase(to, mailbox))
}
