/**
 * A listener on a free port that records what it takes, discards and refuses, and clients for it. Both end with the test.
 */
import { EventEmitter, once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { Limits } from '../../src/config/types.js'
import { reply } from '../../src/mail/reply.js'
import { Listener, type ListenerOptions } from '../../src/receive/listener.js'
import type { ContentFacts, Receiving, Refusal, Transaction } from '../../src/receive/transaction.js'
import { Activity } from '../../src/time/activity.js'
import { bounded, patience } from '../support/bounded.js'
import { connect, type RawClient } from '../support/raw-client.js'

export const hostname = 'mta.chain.test'

export const limits: Limits = {
  messageSize: 50_000_000,
  recipients: 1000,
  hops: 100,
  connections: 500,
  commandLength: 4096,
  errors: 20,
  sessionTime: 600_000,
  idleTime: 60_000,
  relayConnections: 1,
  relayIdleTime: 0,
  connectTime: 1000,
  replyTime: 1000,
  drainTime: 50,
  bounceSize: 50_000,
}

interface Taken {
  readonly transaction: Transaction
  readonly content: Buffer
  readonly facts: ContentFacts
}

class Record {
  readonly opened: Transaction[] = []
  readonly taken: Taken[] = []
  readonly refused: Refusal[] = []
  discarded = 0
  readonly #changes = new EventEmitter()

  /** A place that keeps a message in `taken`. */
  readonly open = (transaction: Transaction): Receiving => {
    this.opened.push(transaction)
    const chunks: Uint8Array[] = []
    return {
      write: chunk => {
        chunks.push(chunk)
        return null
      },
      take: ({ size, eightBit, utf8Header, beginsWithFieldOrEmptyLine }) => {
        const facts = { size, eightBit, utf8Header, beginsWithFieldOrEmptyLine }
        this.taken.push({ transaction, content: Buffer.concat(chunks), facts })
        this.#changes.emit('change')
        return Promise.resolve(reply(250, '2.0.0', 'Ok: queued'))
      },
      discard: () => {
        this.discarded++
        this.#changes.emit('change')
      },
    }
  }

  /** The contents taken, as text whose characters are the octets. */
  get contents(): string[] {
    return this.taken.map(({ content }) => content.toString('latin1'))
  }

  /** Resolves once every place that was opened is taken or discarded. */
  settled(): Promise<void> {
    const wait = async (signal: AbortSignal): Promise<void> => {
      while (this.taken.length + this.discarded < this.opened.length) await once(this.#changes, 'change', { signal })
    }
    return bounded(patience, wait, () => `${this.opened.length} opened, ${this.taken.length} taken`)
  }
}

export interface Running {
  readonly listener: Listener
  readonly record: Record
  readonly port: number
  /** A client that has read the greeting. */
  readonly client: () => Promise<RawClient>
  /** A client that has said EHLO. */
  readonly greeted: () => Promise<RawClient>
}

export const address = '127.0.0.41'

type Different = Partial<Omit<ListenerOptions, 'limits'>> & { readonly limits?: Partial<Limits> }

export async function start(different: Different = {}): Promise<Running> {
  const record = new Record()
  const listener = new Listener({
    hostname,
    address,
    port: 0,
    activity: new Activity(),
    faults: { has: () => false, fire: () => null },
    accepts: () => true,
    open: record.open,
    refused: refusal => void record.refused.push(refusal),
    ...different,
    limits: { ...limits, ...different.limits },
  })
  const port = await listener.listen()
  onTestFinished(() => listener.close())
  const client = async (): Promise<RawClient> => {
    const connected = await reach(port)
    await connected.reply()
    return connected
  }
  const greeted = async (): Promise<RawClient> => {
    const connected = await client()
    await connected.command('EHLO client.test')
    return connected
  }
  return { listener, record, port, client, greeted }
}

/** A connection whose greeting is still to be read. */
export async function reach(port: number): Promise<RawClient> {
  const connected = await connect({ host: address, port })
  onTestFinished(() => connected.reset())
  return connected
}
