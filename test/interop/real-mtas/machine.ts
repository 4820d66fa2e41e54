/**
 * A real MTA on what looks to it like a machine of its own: its package laid over this one's files, the given files for its configuration, its own host
 * name, users and processes. It shares only the network. Fails with what is missing and the command that mends it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bounded } from '../../support/bounded.js'
import { connect } from '../../support/raw-client.js'

/** How a program is started. */
export interface Installation {
  /** Its folder among what was unpacked; null where it is installed on this machine. */
  readonly layer: string | null
  /** By path. */
  readonly files: Readonly<Record<string, string>>
  readonly users: readonly string[]
  /** Shell commands; the last one is the program, in the foreground, but without exec: who changes its user outlives unshare. */
  readonly start: string
}

export interface Place {
  readonly hostname: string
  readonly address: string
  /** Of that address, and of ::1. */
  readonly port: number
  readonly dns: string
  /** As in the environment's TZ. */
  readonly timeZone: string
}

/** How long a program may take to greet, in milliseconds. */
const startTime = 20_000
const enter = fileURLToPath(new URL('./enter.sh', import.meta.url))
const unpacked = process.env['MTA_CHAIN_REAL'] ?? '/var/cache/mta-chain/real-mtas'

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

export class Machine {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #closed: Promise<unknown>
  #said = ''

  constructor(child: ChildProcess, folder: string) {
    this.#child = child
    this.#folder = folder
    this.#closed = once(child, 'close')
    const listen = (chunk: Buffer): void => {
      this.#said += chunk.toString('latin1')
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
  }

  get said(): string {
    return this.#said
  }

  /** Resolves once the program greets. */
  async greeted({ address, port }: Place): Promise<void> {
    const ended = this.#closed.then(() => Promise.reject(new Error(`it ended: ${this.#said}`)))
    const work = (signal: AbortSignal): Promise<void> => Promise.race([greeting(address, port, signal), ended])
    await bounded(startTime, work, () => `no greeting within ${startTime} ms: ${this.#said}`)
  }

  /** With the first process of its namespace, all its processes end. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL')
    await bounded(
      startTime,
      () => this.#closed,
      () => `it did not end: ${this.#said}`,
    )
    rmSync(this.#folder, { recursive: true })
  }
}

/** Rejects where the program is not there, ends, or does not greet; nothing of it stays then. */
export async function startMachine(name: string, installation: Installation, place: Place): Promise<Machine> {
  const layers = layerOf(name, installation)
  const folder = mkdtempSync(join(tmpdir(), `mta-chain-${name}-`))
  const own = writeLayer(folder, installation, place)
  const namespaces = ['--mount', '--uts', '--pid', '--fork', '--kill-child=KILL']
  const child = spawn(
    'unshare',
    [...namespaces, 'sh', enter, mkdtempSync(join(folder, 'root-')), place.hostname, ...layers, own],
    {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: place.timeZone },
    },
  )
  const machine = new Machine(child, folder)
  child.stdin.end(installation.start)
  try {
    await machine.greeted(place)
  } catch (error) {
    await machine.stop()
    throw new Error(`${name} did not start`, { cause: error })
  }
  return machine
}

function layerOf(name: string, { layer }: Installation): readonly string[] {
  if (process.getuid?.() !== 0) throw new Error(`${name} can be run by root alone: sudo npm run test:interop`)
  if (layer === null) return []
  const folder = join(unpacked, layer)
  if (existsSync(join(folder, '.complete'))) return [folder]
  throw new Error(`${name} is not there: sudo scripts/real-mtas.sh`)
}

/** Config files, names and users; the users' ids are beyond this machine's. */
function writeLayer(folder: string, { files, users }: Installation, { hostname, address, dns }: Place): string {
  const layer = join(folder, 'own')
  const all = {
    ...files,
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n${address} ${hostname}\n`,
    '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\naliases: files\n',
    '/etc/resolv.conf': `nameserver ${dns}\n`,
    '/etc/passwd':
      readFileSync('/etc/passwd', 'utf8') +
      users.map((user, at) => `${user}:x:${6200 + at}:${6200 + at}::/:/bin/false\n`).join(''),
    '/etc/group': readFileSync('/etc/group', 'utf8') + users.map((user, at) => `${user}:x:${6200 + at}:\n`).join(''),
  }
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(layer, path)), { recursive: true })
    writeFileSync(join(layer, path), content)
  }
  return layer
}

/** Asks again until somebody listens there. */
async function greeting(address: string, port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const client = await connect({ host: address, port, patience: startTime }).catch(() => null)
    if (client) {
      await client.reply()
      return client.reset()
    }
    if (signal.aborted) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
