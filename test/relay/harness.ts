/**
 * A relay to a scripted peer, and messages for it.
 */
import { onTestFinished } from 'vitest'
import { type Mailbox, parseMailbox } from '../../src/mail/address.js'
import type { DsnRequest } from '../../src/mail/dsn.js'
import type { Outcome } from '../../src/mail/outcome.js'
import type { PoolOptions } from '../../src/relay/pool.js'
import { type Message, Relay } from '../../src/relay/relay.js'
import { type PeerOptions, type ScriptedPeer, startScriptedPeer } from '../support/scripted-peer.js'

export const letter = 'Subject: Tea\r\n\r\nAt four.\r\n'

/** How expect.poll waits here, ms. */
export const fast = { interval: 2, timeout: 5_000 }

/** The relay's own address, and where the peer listens. */
export const here = '127.0.0.12'
export const there = '127.0.0.13'

export function mailbox(text: string): Mailbox {
  const read = parseMailbox(text)
  if (read === null) throw new Error(`no mailbox: ${text}`)
  return read
}

export async function peerWith(options: PeerOptions = {}): Promise<ScriptedPeer> {
  const peer = await startScriptedPeer({ host: there, ...options })
  onTestFinished(() => peer.close())
  return peer
}

export function optionsFor({ port }: { readonly port: number }): PoolOptions {
  return {
    address: there,
    port,
    localAddress: here,
    hostname: 'out.chain.test',
    connectTime: 3_000,
    replyTime: 3_000,
    idleTime: 3_000,
    longestUse: 60_000,
  }
}

export function relayTo(peer: { readonly port: number }, options: Partial<PoolOptions> = {}): Relay {
  const relay = new Relay({ ...optionsFor(peer), ...options })
  onTestFinished(() => relay.close())
  return relay
}

export interface Parts {
  readonly from?: string | null
  readonly to?: readonly string[]
  readonly content?: string | Uint8Array
  readonly eightBit?: boolean
  readonly smtpUtf8?: boolean
  readonly utf8Header?: boolean
  readonly dsn?: DsnRequest
}

/** A letter from a@example.test to b@example.test, but for what is given. */
export function message(parts: Parts = {}): Message {
  const {
    from = 'a@example.test',
    to = ['b@example.test'],
    content = letter,
    eightBit = false,
    smtpUtf8 = false,
    utf8Header,
    dsn,
  } = parts
  const octets = Buffer.from(content)
  return {
    reversePath: from === null ? null : mailbox(from),
    recipients: to.map(mailbox),
    size: octets.length,
    eightBit,
    smtpUtf8,
    utf8Header,
    dsn,
    content: () => [octets],
    onTransaction: () => () => undefined,
  }
}

/** The only recipient's outcome. */
export async function send(relay: Relay, parts: Parts = {}): Promise<Outcome | undefined> {
  const outcomes = await relay.send(message(parts))
  return [...outcomes.values()][0]
}

export const delivered = { kind: 'delivered', reply: { code: 250, enhanced: '2.0.0', text: 'Taken over' } }
