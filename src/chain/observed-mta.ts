/**
 * What a program sees of an MTA: what it took over, what is in its queue, and what was said.
 */
import type { MtaConfig } from '../config/types.js'
import type { Client } from '../journal/event.js'
import type { EventLog } from '../journal/log.js'
import type { QueueId } from '../mail/envelope.js'
import type { QueueItem } from '../queue/item.js'
import type { QueueCounts, QueuedMessage } from '../queue/list.js'
import type { Mta } from './mta.js'
import type { TranscriptLine, Transcripts } from './transcripts.js'

/** A message that an MTA took over. */
export interface ReceivedMessage {
  readonly id: QueueId
  /** The copy that it came from, where an MTA of this chain sent it. */
  readonly previous: QueueId | null
  /** Mail time. */
  readonly time: Date
  readonly client: Client
  /** The protocol type really spoken, as ESMTP. */
  readonly protocol: string
  /** The reverse-path; null is the null one. */
  readonly from: string | null
  readonly to: readonly string[]
  /** The Received field that the MTA put in front. */
  readonly stamp: string
  /** The octets as they came in, without that field; null where they are not kept any more. */
  readonly content: Uint8Array | null
}

export class ObservedMta {
  readonly #mta: Mta
  readonly #events: EventLog
  readonly #transcripts: Transcripts | null

  constructor(mta: Mta, events: EventLog, transcripts: Transcripts | null) {
    this.#mta = mta
    this.#events = events
    this.#transcripts = transcripts
  }

  get config(): MtaConfig {
    return this.#mta.config
  }

  get name(): string {
    return this.#mta.config.name
  }

  /** The port it listens on. */
  get port(): number {
    return this.#mta.port
  }

  /** Sessions open with its clients. */
  get sessions(): number {
    return this.#mta.sessions
  }

  get counts(): QueueCounts {
    return this.#mta.counts
  }

  /** All messages in its queue, each read from the spool. */
  get queued(): readonly QueueItem[] {
    return this.#mta.queued
  }

  /** The same with their states, and why they are not gone yet. */
  get queue(): readonly QueuedMessage[] {
    return [...this.#mta.queue.messages()]
  }

  /** What it took over, the oldest first, as far as the chain keeps it in memory. */
  get received(): readonly ReceivedMessage[] {
    const transcripts = this.#transcripts
    return this.#events.after(0).flatMap(({ event }) => {
      if (event.event !== 'received' || event.mta !== this.name) return []
      const { id, previous, client, protocol, reversePath, recipients, stamp } = event
      const time = new Date(event.time)
      const facts = { id, previous, time, client, protocol, from: reversePath, to: recipients, stamp }
      // read when asked for: many ask for addresses alone
      return [
        {
          ...facts,
          get content() {
            return transcripts?.content(id) ?? null
          },
        },
      ]
    })
  }

  /** Every line of its SMTP sessions, the newest 10,000 at least; empty where the chain keeps none. */
  get transcript(): readonly TranscriptLine[] {
    return this.#transcripts?.lines(this.name) ?? []
  }
}
