/**
 * One MTA: a listener, a queue, and a relay or mailboxes, joined. Parts know nothing of each other; what passes
 * between them passes here.
 */
import type { MtaConfig } from '../config/types.js'
import type { FaultPlan } from '../fault/plan.js'
import type { Peer } from '../journal/event.js'
import { forAll, type Outcome, type Outcomes } from '../mail/outcome.js'
import { formatReply } from '../mail/reply.js'
import { isPending, pending, type QueueItem } from '../queue/item.js'
import type { QueueCounts } from '../queue/list.js'
import { Queue } from '../queue/queue.js'
import { Listener } from '../receive/listener.js'
import type { Refusal } from '../receive/transaction.js'
import { Relay } from '../relay/relay.js'
import { deliverItem, relayItem } from './hand-on.js'
import { faultPoint } from './fault-point.js'
import { takes } from './recipients.js'
import { Reporter } from './reports.js'
import type { Shared } from './shared.js'
import { takeOver } from './take-over.js'

/** Attempts at once of the MTA that delivers. */
const deliveries = 20

const notStarted: Outcome = { kind: 'deferred', problem: { stage: 'connect', reply: null, cause: 'not started yet' } }

export class Mta {
  readonly config: MtaConfig
  readonly faults: FaultPlan
  readonly #shared: Shared
  readonly #listener: Listener
  readonly #queue: Queue
  #relay: { readonly relay: Relay; readonly next: Peer } | null = null
  #port = 0

  /** `delivers`: it is the last one. */
  constructor(config: MtaConfig, delivers: boolean, shared: Shared, faults: FaultPlan) {
    this.config = config
    this.faults = faults
    this.#shared = shared
    const reporter = new Reporter(config, shared, {
      remote: () => this.#relay?.next ?? null,
      enqueue: item => this.#queue.add(item),
    })
    this.#queue = new Queue({
      mta: config.name,
      clock: shared.clock,
      activity: shared.activity,
      retry: config.retry,
      spool: {
        item: id => shared.spool.item(id),
        rest: () => shared.spool.rest(),
        update: item => shared.spool.update(item),
        // what became of it is in the journal before the spool forgets it
        remove: item => void shared.journaled().then(() => shared.spool.remove(item)),
      },
      concurrency: delivers ? deliveries : config.limits.relayConnections,
      // where only a report is owed nothing goes to the next MTA
      destinationOf: item => (delivers || item.local || !item.recipients.some(isPending) ? 'mailbox' : 'next'),
      attempt: item => (delivers || item.local ? deliverItem(item, config.hostname, shared) : this.#relayItem(item)),
      report: item => reporter.report(item),
      record: shared.record,
    })
    this.#listener = new Listener({
      hostname: config.hostname,
      address: config.address,
      port: config.port,
      limits: config.limits,
      activity: shared.activity,
      faults: faultPoint(faults, () => ({ address: config.address, port: this.#port }), shared),
      ...transcriptOf(config, () => this.#port, shared),
      accepts: mailbox => takes(config.recipients, mailbox),
      refused: refusal => this.#refused(refusal),
      open: transaction => takeOver(transaction, this.#port, config, shared, item => this.#queue.add(item)),
    })
  }

  /** The port it listens on. */
  get port(): number {
    return this.#port
  }

  /** All messages in its queue, each read from the spool. */
  get queued(): QueueItem[] {
    return Array.from(this.#queue.messages(), ({ item }) => item)
  }

  get counts(): QueueCounts {
    return this.#queue.counts
  }

  get sessions(): number {
    return this.#listener.sessions
  }

  /** For looking at it and working on it by hand. */
  get queue(): Pick<Queue, 'messages' | 'message' | 'has' | 'destinations' | 'hand'> {
    return this.#queue
  }

  /** Rejects with the system's error. */
  async listen(): Promise<void> {
    this.#port = await this.#listener.listen()
  }

  /** Takes up what an earlier start left; `next` is where it relays to, null where it delivers. */
  async takeUp(left: AsyncIterable<QueueItem>, next: Peer | null): Promise<void> {
    if (next) this.#relay = { relay: this.#relayTo(next), next }
    for await (const item of left) this.#queue.add(item)
  }

  /** Begins to work. */
  start(): void {
    this.#queue.start()
  }

  /** The chain is about to stop: what fault rules hold up goes on. */
  hurry(): void {
    this.#listener.hurry()
  }

  stopListening(): Promise<void> {
    return this.#listener.close()
  }

  /** Lets attempts under way end, for `drainTime` at most; what is cut off stays queued. */
  async stopQueue(): Promise<void> {
    const cut = setTimeout(() => void this.#relay?.relay.close(), this.config.limits.drainTime)
    await this.#queue.close()
    clearTimeout(cut)
    await this.#relay?.relay.close()
  }

  #relayTo(next: Peer): Relay {
    const { limits, address, hostname } = this.config
    return new Relay({
      ...next,
      localAddress: address,
      hostname,
      connectTime: limits.connectTime,
      replyTime: limits.replyTime,
      idleTime: limits.relayIdleTime,
      // well before a session deadline like this MTA's own
      longestUse: limits.sessionTime / 2,
    })
  }

  async #relayItem(item: QueueItem): Promise<Outcomes> {
    if (!this.#relay) return forAll(pending(item), notStarted)
    return relayItem(item, this.#relay.relay, this.#relay.next, this.#shared)
  }

  #refused({ reply: said, ...refusal }: Refusal): void {
    const time = this.#shared.clock.now().toISOString()
    this.#shared.record({ event: 'refused', time, mta: this.config.name, ...refusal, reply: formatReply(said) })
  }
}

/** What the listener tells of its sessions, where somebody keeps transcripts. */
function transcriptOf({ name, address }: MtaConfig, port: () => number, { transcripts }: Shared) {
  if (!transcripts) return {}
  return { transcript: (client: Peer) => transcripts.session(name, { address, port: port() }, client) }
}
