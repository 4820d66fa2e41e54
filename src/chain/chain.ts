/**
 * A chain: all MTAs of one chain.json. All of them listen before any queue runs; a start that fails leaves nothing
 * behind; a close leaves no socket, timer or file.
 */
import type { ExpectedPath } from '../check/types.js'
import type { ChainConfig, MtaConfig } from '../config/types.js'
import { Faults } from '../fault/faults.js'
import type { JournalEvent } from '../journal/event.js'
import type { Journal } from '../journal/journal.js'
import type { QueueItem } from '../queue/item.js'
import type { QueueCounts } from '../queue/list.js'
import { Activity } from '../time/activity.js'
import type { ChainClock } from '../time/chain-clock.js'
import type { Clock } from '../time/clock.js'
import { Client } from './client.js'
import { type ClockControl, controlOf, makeClock } from './clock-control.js'
import { compose, type Mail } from './compose.js'
import { Flights } from './flights.js'
import { type Leftovers, listenAll, makeMtas, startQueues } from './launch.js'
import type { Mta } from './mta.js'
import type { StartProblem } from './problem.js'
import { Queues } from './queues.js'
import { openState, type State } from './state.js'
import { type Delivered, Submission } from './submission.js'
import { Tracker } from './tracker.js'

export interface ChainOptions {
  /** Holds spool, mailboxes and journal; null keeps everything in memory. */
  readonly folder: string | null
  /** Mail time, whatever the configuration says of it. */
  readonly clock?: Clock
  /** Told every event, in order. */
  readonly onEvent?: (event: JournalEvent) => void
}

/** A message in a mailbox, with its octets. */
export interface DeliveredMail extends Delivered {
  readonly content: Uint8Array
}

export interface Sent {
  /** Resolves once every recipient has it; rejects with an UndeliveredError once one of them will not get it. */
  delivered(): Promise<DeliveredMail[]>
}

/** An MTA of a running chain. */
export interface RunningMta {
  readonly config: MtaConfig
  readonly port: number
  /** All messages in its queue, each read from the spool. */
  readonly queued: readonly QueueItem[]
  readonly counts: QueueCounts
  /** Sessions open with its clients. */
  readonly sessions: number
}

export class Chain {
  readonly config: ChainConfig
  readonly leftovers: Leftovers
  /** What goes wrong: rules, to be added and removed while the chain runs. */
  readonly faults: Faults
  /** Mail time. */
  readonly clock: ClockControl
  /** The queues of all MTAs, for looking at them and working on them by hand. */
  readonly queue: Queues
  readonly #mtas: readonly Mta[]
  readonly #state: State
  readonly #tracker: Tracker
  readonly #client: Client
  readonly #clock: ChainClock
  readonly #activity: Activity
  #closing: Promise<void> | null = null

  private constructor(
    config: ChainConfig,
    mtas: readonly Mta[],
    state: State,
    tracker: Tracker,
    client: Client,
    leftovers: Leftovers,
    { clock, activity }: { readonly clock: ChainClock; readonly activity: Activity },
  ) {
    this.config = config
    this.#mtas = mtas
    this.faults = new Faults(mtas.map(mta => mta.faults))
    this.queue = new Queues(mtas, state.spool)
    this.#state = state
    this.#tracker = tracker
    this.#client = client
    this.leftovers = leftovers
    this.clock = controlOf(clock)
    this.#clock = clock
    this.#activity = activity
  }

  static async start(config: ChainConfig, options: ChainOptions): Promise<Chain | StartProblem> {
    const state = await openState(config, options.folder)
    if ('kind' in state) return state
    const { onEvent } = options
    const [tracker, flights, activity] = [new Tracker(), new Flights(), new Activity()]
    const clock = makeClock(config.clock, options.clock, activity)
    const record = (event: JournalEvent): void => {
      state.append(event)
      if (onEvent) tell(onEvent, event)
    }
    const surroundings = { clock, activity, state, flights, tracker, record }
    const mtas = makeMtas(config, surroundings)
    const problem = await listenAll(mtas)
    if (problem) {
      await state.close()
      return problem
    }
    const leftovers = await activity.during(() =>
      startQueues(mtas, surroundings, config.clock !== null && !options.clock),
    )
    const client = new Client(config, mtas[0]?.port ?? 0, flights)
    return new Chain(config, mtas, state, tracker, client, leftovers, surroundings)
  }

  /**
   * Resolves once nothing is in flight and nothing is due: what waits for a later time does not count, but where the
   * clock jumps there is no later time.
   */
  idle(): Promise<void> {
    return this.#clock.idle()
  }

  /** In travel order. */
  get mtas(): readonly RunningMta[] {
    return this.#mtas
  }

  get journal(): Journal {
    return this.#state.journal
  }

  /**
   * Hands a message to the first MTA. Resolves once that has taken it over for at least one recipient; rejects with an
   * UndeliveredError where it took it for none, and with a TypeError for an envelope that can't be.
   */
  async send(mail: Mail): Promise<Sent> {
    const submission = await this.#activity.during(async () => {
      const composed = await compose(mail, this.#clock.now())
      const begun = new Submission(composed.reversePath, composed.recipients)
      await this.#client.submit(composed, begun)
      return begun
    })
    return {
      delivered: async () => Promise.all((await submission.delivered).map(delivered => this.#withContent(delivered))),
    }
  }

  async #withContent(delivered: Delivered): Promise<DeliveredMail> {
    const { recipient, id, file } = delivered
    return { ...delivered, content: await this.#state.mailboxes.read(recipient, id, file) }
  }

  /** The way that a message through all MTAs takes; of a delivered one, with its envelope. */
  expectedPath(mail?: Pick<Delivered, 'recipient' | 'reversePath'>): ExpectedPath {
    const hops = this.config.mtas.map(({ name, hostname, address, stamp, skew }) => {
      const usual = { mta: name, hostname, address, ...(skew === 0 ? {} : { skew }) }
      return stamp === 'rfc5321' ? usual : { ...usual, stamp }
    })
    return mail ? { hops, recipient: mail.recipient, reversePath: mail.reversePath } : { hops }
  }

  /**
   * Stops: no new session, content on its way arrives, attempts under way end, each for `drainTime` at most. What is
   * still queued stays in the spool. Called again it is the same stop.
   */
  close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #stop(): Promise<void> {
    // the client and each MTA wait for what the next one says
    for (const mta of this.#mtas) mta.hurry()
    await this.#client.close()
    // in travel order: what an MTA still hands on finds the next one listening
    for (const mta of this.#mtas) {
      await mta.stopListening()
      await mta.stopQueue()
    }
    this.#clock.close()
    this.#tracker.close()
    await this.#state.close()
  }
}

/** A listener that throws must not make the MTA doubt what it has done. */
function tell(onEvent: (event: JournalEvent) => void, event: JournalEvent): void {
  try {
    onEvent(event)
  } catch (error) {
    process.emitWarning(`onEvent threw: ${error instanceof Error ? error.message : String(error)}`)
  }
}
