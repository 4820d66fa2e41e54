/**
 * Where a chain's own programs give it messages: a client for each MTA.
 */
import type { Activity } from '../time/activity.js'
import type { Clock } from '../time/clock.js'
import { Client } from './client.js'
import { compose, type Mail } from './compose.js'
import type { Flights } from './flights.js'
import type { Mta } from './mta.js'
import { Submission, type UndeliveredError } from './submission.js'

export interface EntranceOptions {
  readonly domain: string
  readonly flights: Flights
  readonly activity: Activity
  readonly clock: Clock
}

export interface Entered {
  readonly submission: Submission
  /** For whom the MTA did not take it, and why. */
  readonly refused: readonly UndeliveredError[]
}

export class Entrance {
  readonly #clients: ReadonlyMap<string, Client>
  readonly #activity: Activity
  readonly #clock: Clock

  /** The MTAs listen already. */
  constructor(mtas: readonly Mta[], { domain, flights, activity, clock }: EntranceOptions) {
    this.#clients = new Map(mtas.map(({ config, port }) => [config.name, new Client(config, port, domain, flights)]))
    this.#activity = activity
    this.#clock = clock
  }

  /** Resolves once the MTA has taken it over for at least one recipient; rejects as `Chain.send` does. */
  submit(mta: string, mail: Mail): Promise<Entered> {
    return this.#activity.during(async () => {
      const composed = await compose(mail, this.#clock.now())
      const submission = new Submission(composed.reversePath, composed.recipients, mta)
      return { submission, refused: (await this.#clients.get(mta)?.submit(composed, submission)) ?? [] }
    })
  }

  /** Resolves once what is on its way has been answered. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), client => client.close()))
  }
}
