/**
 * A chain: all MTAs of one chain.json. All of them listen before any queue runs; a start that fails leaves nothing
 * behind; a close leaves no socket, timer or file.
 */
import type { ExpectedPath } from '../check/types.js'
import type { ChainConfig } from '../config/types.js'
import { Faults } from '../fault/faults.js'
import type { Journal } from '../journal/journal.js'
import type { EventLog } from '../journal/log.js'
import { matchesMailbox } from '../mail/glob.js'
import type { MailboxContents } from '../mailbox/mailbox.js'
import type { ChainClock } from '../time/chain-clock.js'
import { shownHere } from './called-at.js'
import { carry } from './carrier.js'
import { type ClockControl, controlOf } from './clock-control.js'
import type { Mail } from './compose.js'
import { deliveredBy } from './deliveries.js'
import { Entrance } from './entrance.js'
import { expectedPath, type KnownMail } from './expected-path.js'
import { type Leftovers, listenAll, makeMtas, startQueues } from './launch.js'
import type { AwaitedEvent, EventOf } from './event-filter.js'
import type { Mta } from './mta.js'
import { ObservedMta } from './observed-mta.js'
import { type ChainOptions, makeParts, type Parts } from './parts.js'
import type { StartProblem } from './problem.js'
import { Queues } from './queues.js'
import { openState, type State } from './state.js'
import type { Delivered, UndeliveredError } from './submission.js'
import type { Tracker } from './tracker.js'
import { requireFilter, requireText, type WaitFilter } from './wait-filter.js'
import { Waiting } from './waiting.js'
import { whereaboutsIn } from './whereabouts.js'

/** A message in a mailbox, with its octets. */
export interface DeliveredMail extends Delivered {
  readonly content: Uint8Array
}

export interface Sent {
  /** Queue ids of the first copies: one, unless the MTA took the recipients in several transactions. */
  readonly ids: readonly string[]
  /** Recipients that the MTA did not take, and why. */
  readonly refused: readonly UndeliveredError[]
  /** Resolves once every recipient has it; rejects with an UndeliveredError once one of them will not get it. */
  delivered(): Promise<DeliveredMail[]>
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
  /** What happened, the newest of it: to look back on and to follow. */
  readonly events: EventLog
  /** In travel order. */
  readonly mtas: readonly ObservedMta[]
  readonly #mtas: readonly Mta[]
  readonly #state: State
  readonly #tracker: Tracker
  readonly #entrance: Entrance
  readonly #clock: ChainClock
  readonly #waiting: Waiting
  #closing: Promise<void> | null = null

  private constructor(config: ChainConfig, mtas: readonly Mta[], leftovers: Leftovers, parts: Parts) {
    const { state, events, transcripts, clock } = parts
    this.config = config
    this.leftovers = leftovers
    this.events = events
    this.mtas = mtas.map(mta => new ObservedMta(mta, events, transcripts))
    this.faults = new Faults(mtas.map(mta => mta.faults))
    this.queue = new Queues(mtas, state.spool)
    this.clock = controlOf(clock)
    this.#mtas = mtas
    this.#state = state
    this.#tracker = parts.tracker
    this.#entrance = new Entrance(mtas, { domain: config.domain, ...parts })
    this.#clock = clock
    this.#waiting = new Waiting(events, whereaboutsIn(mtas))
  }

  static async start(config: ChainConfig, options: ChainOptions): Promise<Chain | StartProblem> {
    const state = await openState(config, options.folder)
    if ('kind' in state) return state
    const parts = makeParts(config, state, options)
    const mtas = makeMtas(config, parts)
    const problem = await listenAll(mtas)
    if (problem) {
      await state.close()
      return problem
    }
    const leftovers = await parts.activity.during(() =>
      startQueues(mtas, parts, config.clock !== null && !options.clock),
    )
    return new Chain(config, mtas, leftovers, parts)
  }

  /**
   * Resolves once nothing is in flight and nothing is due: what waits for a later time does not count, but where the
   * clock jumps there is no later time.
   */
  idle(): Promise<void> {
    return this.#clock.idle()
  }

  /** The MTA of that name; throws a RangeError that names those that there are. */
  mta(name: string): ObservedMta {
    const mta = this.mtas.find(known => known.name === name)
    if (mta) return mta
    throw new RangeError(
      `the chain has no MTA ${JSON.stringify(name)}, only ${this.mtas.map(known => known.name).join(', ')}`,
    )
  }

  /**
   * Resolves with the event as soon as it happens, at once where it has happened already. Rejects with a WaitError where it
   * does not in time, which tells what did, and where each message is; with a TypeError or RangeError for what can't be
   * waited for.
   */
  async waitFor<Kind extends AwaitedEvent>(kind: Kind, filter: WaitFilter = {}): Promise<EventOf<Kind>> {
    requireFilter(kind, filter)
    if (filter.mta !== undefined) this.mta(filter.mta)
    return this.#waiting.waitFor(kind, filter)
  }

  /** What lies in the mailboxes, from earlier starts too. */
  get mailboxes(): MailboxContents {
    return this.#state.mailboxes
  }

  get journal(): Journal {
    return this.#state.journal
  }

  /**
   * Hands a message to the first MTA. Resolves once that has taken it over for at least one recipient; rejects with an
   * UndeliveredError where it took it for none, and with a TypeError for a message or an envelope that can't be.
   */
  send(mail: Mail): Promise<Sent> {
    return this.#submit(mail, this.mtas[0]?.name ?? '')
  }

  /** The same in the middle of the chain: the message begins its way at that MTA. */
  async inject(mta: string, mail: Mail): Promise<Sent> {
    return this.#submit(mail, this.mta(mta).name)
  }

  async #submit(mail: Mail, mta: string): Promise<Sent> {
    const { submission, refused } = await this.#entrance.submit(mta, mail)
    const sent: Sent = {
      get ids() {
        return submission.ids
      },
      refused,
      delivered: async () =>
        Promise.all((await shownHere(submission.delivered)).map(delivered => this.#withContent(delivered))),
    }
    return carry(sent, { chain: this, recipients: submission.recipients, settled: submission.settled })
  }

  async #withContent(delivered: Delivered): Promise<DeliveredMail> {
    const { recipient, id, file } = delivered
    const mail: DeliveredMail = { ...delivered, content: await this.#state.mailboxes.read(recipient, id, file) }
    return carry(mail, { chain: this, recipients: 1, settled: Promise.resolve() })
  }

  /** What was delivered there since the start, the oldest first, as far as the chain keeps it in memory; reports too. Rejects with a TypeError for what is no text. */
  async mailbox(recipient: string): Promise<DeliveredMail[]> {
    requireText('recipient', recipient)
    const found: DeliveredMail[] = []
    for (const { event } of this.events.after(0)) {
      if (event.event !== 'delivered' || !matchesMailbox(recipient, event.recipient)) continue
      found.push(await this.#withContent(await deliveredBy(event, this.journal)))
    }
    return found
  }

  /** The way that a message takes from the first MTA on, or from the one that it was given to; of a delivered one, with its envelope. */
  expectedPath(mail?: KnownMail): ExpectedPath {
    return expectedPath(this.config, mail)
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
    await this.#entrance.close()
    // in travel order: what an MTA still hands on finds the next one listening
    for (const mta of this.#mtas) {
      await mta.stopListening()
      await mta.stopQueue()
    }
    this.#clock.close()
    this.#tracker.close()
    this.#waiting.close()
    await this.#state.close()
  }
}
