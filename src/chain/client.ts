/**
 * The client through which a chain is given messages: an SMTP client as any other, from its own address.
 */
import { isIPv6 } from 'node:net'
import type { ChainConfig } from '../config/types.js'
import { describeProblem } from '../mail/problem.js'
import { Relay } from '../relay/relay.js'
import type { Composed } from './compose.js'
import type { Flights } from './flights.js'
import { type Submission, UndeliveredError } from './submission.js'

/** Messages on their way to the first MTA at once. */
const atOnce = 20

export class Client {
  readonly #relay: Relay
  readonly #flights: Flights
  readonly #first: string
  readonly #waiting: (() => void)[] = []
  #free = atOnce

  constructor(config: ChainConfig, port: number, flights: Flights) {
    const [first] = config.mtas
    const address = first?.address ?? '127.0.0.1'
    this.#first = first?.name ?? ''
    this.#flights = flights
    this.#relay = new Relay({
      address,
      port,
      localAddress: isIPv6(address) ? '::1' : '127.0.0.1',
      hostname: `client.${config.domain}`,
      connectTime: 30_000,
      replyTime: 300_000,
      idleTime: 1_000,
      longestUse: 60_000,
    })
  }

  /** Resolves once the first MTA has taken the message for some recipient; rejects where it did for none. */
  async submit(mail: Composed, submission: Submission): Promise<void> {
    if (this.#free === 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#free--
    const outcomes = await this.#relay.send({
      ...mail,
      size: mail.content.length,
      eightBit: mail.content.some(octet => octet > 127),
      content: () => [mail.content],
      onTransaction: local => this.#flights.begin(local, { submission }),
    })
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
    for (const [recipient, outcome] of outcomes) {
      if (outcome.kind !== 'delivered') submission.fail([recipient], this.#first, describeProblem(outcome.problem))
    }
    const taken = [...outcomes.values()].some(({ kind }) => kind === 'delivered')
    const [first] = outcomes
    if (taken || !first || first[1].kind === 'delivered') return
    throw new UndeliveredError(first[0], this.#first, describeProblem(first[1].problem))
  }

  close(): Promise<void> {
    return this.#relay.close()
  }
}
