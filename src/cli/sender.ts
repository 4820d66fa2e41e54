/**
 * The SMTP client of `run` and `send`: hands messages to one server and tells what came of it.
 */
import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { compose } from '../chain/compose.js'
import type { Mailbox } from '../mail/address.js'
import { isQueueId } from '../mail/envelope.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import { describeProblem, type Problem } from '../mail/problem.js'
import { formatReply } from '../mail/reply.js'
import { clientTimes } from '../relay/client-times.js'
import { Relay } from '../relay/relay.js'
import type { FoundEnvelope } from './envelope.js'
import { CommandFailure, reasonOf } from './exit.js'

export interface Server {
  /** A host name, or an IP address. */
  readonly address: string
  readonly port: number
}

export interface Handed {
  /** Queue ids of the server's copies: several where it took the recipients in several transactions. */
  readonly ids: readonly string[]
  /** By recipient: what came of it. */
  readonly outcomes: Outcomes
  /** By recipient whose copy can't be followed: why, in words. */
  readonly missing: ReadonlyMap<Mailbox, string>
}

export class Sender {
  readonly #relay: Relay

  private constructor(relay: Relay) {
    this.#relay = relay
  }

  /** `hostname` is said in EHLO. Fails with a sentence where the server's name has no address. */
  static async to({ address, port }: Server, hostname: string): Promise<Sender> {
    const resolved = isIP(address) === 0 ? await resolve(address) : address
    const relay = new Relay({
      address: resolved,
      port,
      localAddress: localAddress(resolved),
      hostname,
      ...clientTimes,
    })
    return new Sender(relay)
  }

  async send(content: Buffer, { from, to }: FoundEnvelope): Promise<Handed> {
    const composed = await compose({ envelope: { from, to }, content })
    const outcomes = await this.#relay.send({
      ...composed,
      size: composed.content.length,
      eightBit: composed.content.some(octet => octet > 127),
      content: () => [composed.content],
      onTransaction: () => () => undefined,
    })
    const ids = new Set([...outcomes.values()].map(queueId).filter(id => id !== null))
    return { ids: [...ids], outcomes, missing: missing(outcomes) }
  }

  /** Cuts off what is on its way. */
  close(): Promise<void> {
    return this.#relay.close()
  }
}

async function resolve(host: string): Promise<string> {
  try {
    // as chains are: localhost is 127.0.0.1 before it is ::1
    return (await lookup(host, { order: 'ipv4first' })).address
  } catch (error) {
    throw new CommandFailure(3, `${host} can't be found: ${reasonOf(error)}`)
  }
}

/** To loopback from loopback, which is what the stamp then says; elsewhere from wherever the system likes. */
function localAddress(server: string): string {
  if (isIPv6(server)) return server === '::1' ? '::1' : '::'
  return server.startsWith('127.') ? '127.0.0.1' : '0.0.0.0'
}

/** Every MTA of a chain names its copy in its reply. */
function queueId(outcome: Outcome): string | null {
  const id = outcome.kind === 'delivered' ? /queued as (\S+)/.exec(outcome.reply.text)?.[1] : undefined
  return id !== undefined && isQueueId(id) ? id : null
}

function missing(outcomes: Outcomes): Map<Mailbox, string> {
  const whys = new Map<Mailbox, string>()
  for (const [recipient, outcome] of outcomes) {
    if (outcome.kind !== 'delivered') whys.set(recipient, whyNot(outcome.problem))
    else if (queueId(outcome) === null) whys.set(recipient, `no queue id in its reply: ${formatReply(outcome.reply)}`)
  }
  return whys
}

/** RFC 1047: without an answer to the final dot the client can't know. */
function whyNot(problem: Problem): string {
  const isUnknown = problem.stage === 'message' && problem.reply === null
  return `${describeProblem(problem)}${isUnknown ? '; it may have been taken all the same' : ''}`
}

/** "127.0.0.11:2525", "[::1]:2525", "mail.example:25". */
export function readServer(text: string): Server {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(parts?.[3])
  const address = parts?.[1] ?? parts?.[2]
  if (address === undefined || port < 1 || port > 65_535) {
    throw new CommandFailure(2, `--server: "${text}" is no HOST:PORT, expected as 127.0.0.11:2525 or [::1]:2525`)
  }
  return { address, port }
}
