/**
 * The client through which an MTA is given messages: an SMTP client as any other, from its own address. It queues
 * nothing: what the MTA does not take at once is told as undelivered.
 */
import { isAscii } from 'node:buffer'
import { isIPv6 } from 'node:net'
import type { MtaConfig } from '../config/types.js'
import type { Peer } from '../journal/event.js'
import type { Outcomes } from '../mail/outcome.js'
import { describeProblem } from '../mail/problem.js'
import { clientTimes } from '../relay/client-times.js'
import { Relay } from '../relay/relay.js'
import type { Composed } from './compose.js'
import type { Flights } from './flights.js'
import { type Submission, UndeliveredError } from './submission.js'

/** Messages on their way to the MTA at once. */
const atOnce = 20

export class Client {
  readonly #relay: Relay
  readonly #flights: Flights
  readonly #mta: string
  readonly #server: Peer
  readonly #waiting: (() => void)[] = []
  #free = atOnce

  /** `port` is the one that the MTA really listens on; `domain` is the chain's. */
  constructor({ name, address }: MtaConfig, port: number, domain: string, flights: Flights) {
    this.#mta = name
    this.#flights = flights
    this.#server = { address, port }
    this.#relay = new Relay({
      address,
      port,
      localAddress: isIPv6(address) ? '::1' : '127.0.0.1',
      hostname: `client.${domain}`,
      ...clientTimes,
    })
  }

  /**
   * Resolves once the MTA has taken the message for some recipient, with those that it did not take it for; rejects where
   * it took it for none.
   */
  async submit(mail: Composed, submission: Submission): Promise<UndeliveredError[]> {
    const outcomes = await this.#inTurn(() => this.#send(mail, submission))
    const refused: UndeliveredError[] = []
    for (const [recipient, outcome] of outcomes) {
      if (outcome.kind === 'delivered') continue
      const problem = describeProblem(outcome.problem)
      submission.fail([recipient], this.#mta, problem)
      refused.push(new UndeliveredError(recipient, this.#mta, problem))
    }
    const [first] = refused
    if (first && refused.length === outcomes.size) throw first
    return refused
  }

  #send(mail: Composed, submission: Submission): Promise<Outcomes> {
    return this.#relay.send({
      ...mail,
      size: mail.content.length,
      eightBit: !isAscii(mail.content),
      content: () => [mail.content],
      onTransaction: local => this.#flights.begin(local, this.#server, { submission }),
    })
  }

  /** Lets so many through at once; the others wait, in the order they came. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#free--
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  /** Ends what is under way, and what waits, as undelivered. */
  close(): Promise<void> {
    return this.#relay.close()
  }
}
