/**
 * One MTA: a listener, a queue, and a relay or mailboxes, joined. Parts know nothing of each other; what passes
 * between them passes here.
 */
import { createHash } from 'node:crypto'
import type { MtaConfig } from '../config/types.js'
import type { JournalEvent, Peer, ReceivedEvent } from '../journal/event.js'
import type { Mailbox } from '../mail/address.js'
import { forAll, type Outcome, type Outcomes } from '../mail/outcome.js'
import { formatReply, type Reply, reply } from '../mail/reply.js'
import type { Mailboxes } from '../mailbox/mailbox.js'
import type { QueueIds } from '../queue/ids.js'
import { pending, type QueueItem } from '../queue/item.js'
import { Queue } from '../queue/queue.js'
import type { Spool } from '../queue/spool.js'
import { Listener } from '../receive/listener.js'
import type { ContentFacts, Receiving, Refusal, Transaction } from '../receive/transaction.js'
import { Relay } from '../relay/relay.js'
import type { Clock } from '../time/clock.js'
import { writeReturnPath, writeStamp } from '../trace/stamp.js'
import { assemble } from './content.js'
import type { Cargo, Flights } from './flights.js'
import { takes } from './recipients.js'

/** What the MTAs of a chain share. */
export interface Shared {
  readonly clock: Clock
  readonly spool: Spool
  readonly ids: QueueIds
  readonly flights: Flights
  readonly mailboxes: Mailboxes
  /** The chain's zone: the name of an address, null where it has none. */
  nameOf(address: string): string | null
  record(event: JournalEvent): void
  received(event: ReceivedEvent, cargo: Cargo | null): void
}

/** Attempts at once of the MTA that delivers. */
const deliveries = 20

export class Mta {
  readonly config: MtaConfig
  readonly #shared: Shared
  readonly #listener: Listener
  readonly #queue: Queue
  #relay: { readonly relay: Relay; readonly next: Peer } | null = null
  #port = 0

  /** `delivers`: it is the last one. */
  constructor(config: MtaConfig, delivers: boolean, shared: Shared) {
    this.config = config
    this.#shared = shared
    this.#listener = new Listener({
      hostname: config.hostname,
      address: config.address,
      port: config.port,
      limits: config.limits,
      accepts: mailbox => takes(config.recipients, mailbox),
      refused: refusal => this.#refused(refusal),
      open: transaction => this.#open(transaction),
    })
    this.#queue = new Queue({
      clock: shared.clock,
      retry: config.retry,
      spool: shared.spool,
      concurrency: delivers ? deliveries : config.limits.relayConnections,
      attempt: item => (delivers ? this.#deliver(item) : this.#hand(item)),
      record: shared.record,
    })
  }

  /** The port it listens on. */
  get port(): number {
    return this.#port
  }

  /** All messages in its queue. */
  get queued(): QueueItem[] {
    return this.#queue.items
  }

  /** Rejects with the system's error. */
  async listen(): Promise<void> {
    this.#port = await this.#listener.listen()
  }

  /** Takes up what an earlier start left and begins to work; `next` is where it relays to, null where it delivers. */
  start(left: readonly QueueItem[], next: Peer | null): void {
    if (next) this.#relay = { relay: this.#relayTo(next), next }
    for (const item of left) this.#queue.add(item)
    this.#queue.start()
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

  /** A place for a message that a client is about to send. */
  #open(transaction: Transaction): Receiving {
    const id = this.#shared.ids.next()
    const writer = this.#shared.spool.writer(id)
    const hash = createHash('sha256')
    return {
      write(chunk) {
        hash.update(chunk)
        return writer.write(chunk)
      },
      take: async facts => {
        const item = this.#item(transaction, facts, id)
        await writer.commit(item)
        const said = reply(250, '2.0.0', `Ok: queued as ${id}`)
        this.#tookOver(transaction, item, hash.digest('hex'), said)
        this.#queue.add(item)
        return said
      },
      discard: () => writer.discard(),
    }
  }

  #item({ client, protocol, envelope }: Transaction, facts: ContentFacts, id: QueueItem['id']): QueueItem {
    const { hostname, address, name, retry } = this.config
    const now = this.#shared.clock.now()
    const stamp = writeStamp({
      helo: client.helo,
      clientName: this.#shared.nameOf(client.address),
      clientAddress: client.address,
      hostname,
      address,
      protocol,
      id,
      recipients: envelope.recipients.map(({ mailbox }) => mailbox),
      date: now,
    })
    return {
      id,
      mta: name,
      envelope,
      recipients: envelope.recipients.map(({ mailbox }) => ({ mailbox, state: 'queued' })),
      // the exception of "octet for octet": below a stamp such a content would be read as part of it
      stamp: facts.beginsWithFieldOrEmptyLine ? stamp : `${stamp}\r\n`,
      size: facts.size,
      eightBit: facts.eightBit,
      receivedAt: now,
      attempts: 0,
      nextAttemptAt: now,
      expiresAt: new Date(now.getTime() + retry.expire),
    }
  }

  #tookOver({ client, protocol, envelope }: Transaction, item: QueueItem, digest: string, said: Reply): void {
    const cargo = this.#shared.flights.find(client)
    const event: ReceivedEvent = {
      event: 'received',
      time: item.receivedAt.toISOString(),
      mta: this.config.name,
      id: item.id,
      previous: cargo !== null && 'copy' in cargo ? cargo.copy : null,
      client,
      protocol,
      reversePath: envelope.reversePath,
      recipients: envelope.recipients.map(({ mailbox }) => mailbox),
      size: item.size,
      digest,
      stamp: item.stamp,
      reply: formatReply(said),
    }
    this.#shared.received(event, cargo)
  }

  #refused({ reply: said, ...refusal }: Refusal): void {
    const time = this.#shared.clock.now().toISOString()
    this.#shared.record({ event: 'refused', time, mta: this.config.name, ...refusal, reply: formatReply(said) })
  }

  async #hand(item: QueueItem): Promise<Outcomes> {
    const recipients = pending(item)
    if (!this.#relay) return forAll(recipients, notReady)
    const head = Buffer.from(item.stamp)
    const outcomes = await this.#relay.relay.send({
      reversePath: item.envelope.reversePath,
      recipients,
      size: head.length + item.size,
      eightBit: item.eightBit || item.envelope.eightBit,
      smtpUtf8: item.envelope.smtpUtf8,
      content: () => assemble(head, item, this.#shared.spool),
      onTransaction: local => this.#shared.flights.begin(local, { copy: item.id }),
    })
    this.#relayed(item, outcomes, this.#relay.next)
    return outcomes
  }

  #relayed(item: QueueItem, outcomes: Outcomes, to: Peer): void {
    const byReply = new Map<string, Mailbox[]>()
    for (const [mailbox, outcome] of outcomes) {
      if (outcome.kind !== 'delivered') continue
      const said = formatReply(outcome.reply)
      byReply.set(said, [...(byReply.get(said) ?? []), mailbox])
    }
    const time = this.#shared.clock.now().toISOString()
    for (const [said, recipients] of byReply) {
      this.#shared.record({ event: 'relayed', time, mta: item.mta, id: item.id, to, recipients, reply: said })
    }
  }

  async #deliver(item: QueueItem): Promise<Outcomes> {
    const outcomes = new Map<Mailbox, Outcome>()
    for (const recipient of pending(item)) outcomes.set(recipient, await this.#deliverTo(recipient, item))
    return outcomes
  }

  async #deliverTo(recipient: Mailbox, item: QueueItem): Promise<Outcome> {
    const { mailboxes, spool, record, clock } = this.#shared
    const { reversePath } = item.envelope
    const head = Buffer.from(writeReturnPath(reversePath) + item.stamp)
    try {
      const file = await mailboxes.deliver({
        id: item.id,
        recipient,
        reversePath,
        hostname: this.config.hostname,
        receivedAt: item.receivedAt,
        content: () => assemble(head, item, spool),
      })
      record({ event: 'delivered', time: clock.now().toISOString(), mta: item.mta, id: item.id, recipient, file })
      return { kind: 'delivered', reply: reply(250, '2.0.0', 'Delivered') }
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      // RFC 3463 3.3 X.2.0: other or undefined mailbox status
      return { kind: 'deferred', problem: { stage: 'message', reply: reply(451, '4.2.0', cause), cause } }
    }
  }
}

const notReady: Outcome = { kind: 'deferred', problem: { stage: 'connect', reply: null, cause: 'not started yet' } }
