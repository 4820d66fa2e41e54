/**
 * A real MTA on what looks to it like a machine of its own: its package laid over this one's files, its own host name,
 * users and processes. It shares only the network. A start that fails says what the program said.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bounded } from '../../support/bounded.js'
import { connect } from '../../support/raw-client.js'
import { type Installation, layersOf, type Place } from './installation.js'

/** How long a program may take to greet, and to end, in milliseconds. */
const limit = 20_000
const enter = fileURLToPath(new URL('./enter.sh', import.meta.url))

/** A port that is free at each address. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the server does not listen')
  server.close()
  await once(server, 'close')
  return bound.port
}

/** Rejects where the program is not there, ends, or does not greet; nothing of it stays then. */
export async function startMachine(name: string, installation: Installation, place: Place): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), `mta-chain-${name}-`))
  try {
    const machine = new Machine(folder, layersOf(name, installation, place, folder), place)
    await machine.greeted(name, place)
    return machine
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

class Machine {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #closed: Promise<unknown>
  #said = ''

  constructor(folder: string, layers: readonly string[], { hostname, timeZone }: Place) {
    const root = join(folder, 'root')
    mkdirSync(root)
    const namespaces = ['--mount', '--uts', '--pid', '--fork', '--kill-child=KILL']
    const child = spawn('unshare', [...namespaces, 'sh', enter, root, hostname, ...layers], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: timeZone },
    })
    const listen = (chunk: Buffer): void => {
      this.#said += chunk.toString('latin1')
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    this.#child = child
    this.#folder = folder
    this.#closed = once(child, 'close')
  }

  /** Resolves once the program greets. */
  async greeted(name: string, place: Place): Promise<void> {
    const ended = this.#closed.then(() => Promise.reject(new Error('it ended')))
    const work = (signal: AbortSignal): Promise<void> => Promise.race([greeting(place, signal), ended])
    try {
      await bounded(limit, work, () => `no greeting within ${limit} ms`)
    } catch (cause) {
      await this.#end()
      throw new Error(`${name} did not start; it said: ${this.#said}`, { cause })
    }
  }

  async stop(): Promise<void> {
    await this.#end()
    rmSync(this.#folder, { recursive: true })
  }

  /** With its standard input all its processes end. */
  async #end(): Promise<void> {
    this.#child.stdin?.end()
    const closed = (): Promise<unknown> => this.#closed
    await bounded(limit, closed, () => `it did not end: ${this.#said}`)
  }
}

/** Asks again until somebody listens there. */
async function greeting({ address, port }: Place, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const client = await connect({ host: address, port, patience: limit }).catch(() => null)
    if (client) {
      await client.reply()
      return client.reset()
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
