/**
 * A chain in memory that answers HTTP on loopback, and a client that says exactly what a test wants it to.
 */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Chain } from '../../src/chain/chain.js'
import { startChain } from '../../src/chain/start.js'
import type { ChainInput } from '../../src/config/schema.js'
import type { MailboxContents } from '../../src/mailbox/mailbox.js'
import type { Controlled } from '../../src/control/controlled.js'
import { type HttpControl, openHttp } from '../../src/control/http.js'
import { freshAddress } from '../support/fresh-address.js'

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly octets: Buffer
  /** The body read as JSON; null where it is none. */
  readonly json: unknown
}

export interface Words {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}

export interface Serving {
  readonly chain: Chain
  readonly control: HttpControl
  readonly port: number
  readonly ask: (method: string, path: string, words?: Words) => Promise<Answered>
  /** With a JSON body. */
  readonly post: (path: string, document: unknown) => Promise<Answered>
  /** A connection on which these octets are said. */
  readonly say: (text: string) => Promise<Socket>
}

interface Different {
  readonly chain?: Partial<ChainInput>
  readonly token?: string
  /** Instead of the chain's own. */
  readonly mailboxes?: MailboxContents
  /** Where a chain that is on disk keeps its state. */
  readonly folder?: string
  readonly limits?: { readonly connections: number; readonly askingTime: number }
  /** Default: 127.0.0.1. */
  readonly address?: string
}

/** Two MTAs, first and second. */
export async function serve({
  chain: config = {},
  folder,
  mailboxes,
  token,
  limits,
  address = '127.0.0.1',
}: Different = {}): Promise<Serving> {
  const mtas = ['first', 'second'].map(name => ({ name, address: freshAddress() }))
  const chain = await startChain({ mtas, ...config }, folder === undefined ? {} : { folder })
  const controlled = controlledBy(chain, mailboxes ?? chain.mailboxes)
  const opened = await openHttp({ address, port: 0, token: token ?? null }, controlled, limits)
  if ('problem' in opened) throw new Error(opened.problem)
  onTestFinished(async () => {
    await opened.close()
    await chain.close()
  })
  const { port } = opened
  const ask: Serving['ask'] = (method, path, words) => askAt(port, method, path, words, address)
  return {
    chain,
    control: opened,
    port,
    ask,
    post: (path, document) =>
      ask('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) }),
    say: text => sayAt(port, text),
  }
}

function controlledBy(chain: Chain, mailboxes: MailboxContents): Controlled {
  const { mtas, queue, events, clock } = chain
  return {
    chain: {
      mtas,
      queue,
      events,
      clock,
      mailboxes,
      send: mail => chain.send(mail),
      inject: (mta, mail) => chain.inject(mta, mail),
      waitFor: (kind, filter) => chain.waitFor(kind, filter),
      expectedPath: mail => chain.expectedPath(mail),
    },
    faults: chain.faults,
    history: id => chain.journal.history(id),
    version: '1.2.3',
    since: new Date(),
    now: () => chain.clock.now(),
  }
}

async function askAt(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: Words = {},
  host = '127.0.0.1',
): Promise<Answered> {
  const agent = new Agent({ keepAlive: false })
  const asking = request({ host, port, method, path, agent, headers: mutable(headers) })
  // after a large body Node writes once more, when the answer may be there and the connection closed
  asking.on('error', () => undefined)
  asking.end(body)
  const [answer] = await once(asking, 'response')
  const octets = await buffer(answer)
  return { status: Number(answer.statusCode), headers: answer.headers, octets, json: jsonOf(octets) }
}

function mutable(headers: NonNullable<Words['headers']>): Record<string, string | string[]> {
  const entries = Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]))
}

function jsonOf(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString())
  } catch {
    return null
  }
}

async function sayAt(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

/** All that comes until the other side ends, or breaks it off. */
export async function heard(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', octets => {
    text += octets.toString()
  })
  if (!socket.closed) await new Promise<void>(resolve => socket.once('close', () => resolve()))
  return text
}
