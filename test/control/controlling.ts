/**
 * A running chain with its control socket, whose second MTA turns everybody away until it is let free.
 */
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { Chain } from '../../src/chain/chain.js'
import { loadChain } from '../../src/config/load.js'
import { type Control, openControl } from '../../src/control/control.js'
import type { FaultRules } from '../../src/control/controlled.js'
import type { JournalEvent } from '../../src/journal/event.js'
import { searchHistory } from '../../src/journal/search.js'
import { freshAddress } from '../support/fresh-address.js'

export interface Controlling {
  readonly chain: Chain
  readonly control: Control
  /** chain.json. */
  readonly file: string
  readonly stateFolder: string
  readonly socket: string
  /** Resolves with the queue id that the first MTA gives, once it has tried to hand the message on. */
  readonly send: (to?: string | readonly string[], content?: string) => Promise<string>
  /** Resolves with the first event that is like that, also one that was. */
  readonly happened: (isIt: (event: JournalEvent) => boolean) => Promise<JournalEvent>
  /** The second MTA takes mail from now on. */
  readonly free: () => void
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-control-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function control(faults: FaultRules = noFaults, inFolder?: string): Promise<Controlling> {
  const folder = inFolder ?? (await newFolder())
  const file = join(folder, 'chain.json')
  const second = { name: 'second', address: freshAddress(), limits: { connections: 1 } }
  const retry = { after: ['1h'] }
  await writeFile(file, JSON.stringify({ port: 0, retry, mtas: [{ name: 'first', address: freshAddress() }, second] }))
  const stateFolder = join(folder, '.mta-chain')
  await mkdir(stateFolder, { recursive: true })
  const events = new Events()
  const chain = await start(file, stateFolder, event => events.take(event))
  const opened = await openControl(stateFolder, {
    chain,
    faults,
    history: id => searchHistory(stateFolder, id),
    version: '1.2.3',
    since: new Date(),
    now: () => new Date(),
  })
  if ('problem' in opened) throw new Error(opened.problem)
  onTestFinished(async () => {
    await opened.close()
    await chain.close()
  })
  const only = connect(chain.mtas[1]?.port ?? 0, second.address)
  onTestFinished(() => void only.destroy())
  await once(only, 'data')
  return {
    chain,
    control: opened,
    file,
    stateFolder,
    socket: join(stateFolder, 'control.sock'),
    async send(to = 'b@example.test', content = 'Subject: x\r\n\r\nHi\r\n') {
      await chain.send({ envelope: { from: 'a@example.test', to }, content })
      const received = events.all.findLast(event => event.event === 'received' && event.mta === 'first')
      const id = received?.event === 'received' ? received.id : ''
      await events.happened(event => event.event === 'deferred' && event.id === id)
      return id
    },
    happened: isIt => events.happened(isIt),
    free: () => void only.destroy(),
  }
}

async function start(file: string, folder: string, onEvent: (event: JournalEvent) => void): Promise<Chain> {
  const loaded = await loadChain(file)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes))
  const chain = await Chain.start(loaded.config, { folder, onEvent })
  if ('kind' in chain) throw new Error(chain.kind)
  return chain
}

class Events {
  readonly all: JournalEvent[] = []
  #waiting: (() => void)[] = []

  take(event: JournalEvent): void {
    this.all.push(event)
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }

  async happened(isIt: (event: JournalEvent) => boolean): Promise<JournalEvent> {
    for (;;) {
      const found = this.all.find(isIt)
      if (found) return found
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
  }
}

const noFaults: FaultRules = { add: () => ({ id: '' }), list: () => [], remove: () => false, clear: () => undefined }

export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Asks as any HTTP client would. */
export async function http(socket: string, method: string, path: string, body?: string): Promise<Said> {
  const asking = request({ socketPath: socket, method, path, agent: false })
  // after a large body Node writes once more, when the answer may be there and the connection closed
  asking.on('error', () => undefined)
  asking.end(body)
  const [answer] = await once(asking, 'response')
  return { status: Number(answer.statusCode), headers: answer.headers, body: await text(answer) }
}
