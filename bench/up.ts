/**
 * A chain as a user runs it, on a state folder of its own: started, asked and stopped as `mta-chain up` is, and measured
 * as the kernel counts it. A command that fails rejects.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const bin = join(import.meta.dirname, '../bin/mta-chain.js')

export interface Memory {
  /** Largest resident size so far, MB. */
  readonly peak: number
  /** What is the process's own, MB. */
  readonly own: number
  /** Pages of files that are mapped, MB. */
  readonly files: number
}

/** Looks at a memory again and again, until it is told to end: what was most of each. */
export class MemoryWatch {
  readonly #up: Up
  #most: Memory = { peak: 0, own: 0, files: 0 }
  #ended = false
  readonly #watching: Promise<void>

  constructor(up: Up) {
    this.#up = up
    this.#watching = this.#watch()
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      const { peak, own, files } = await this.#up.memory()
      this.#most = { peak, own: Math.max(own, this.#most.own), files: Math.max(files, this.#most.files) }
      await wait(50)
    }
  }

  async end(): Promise<Memory> {
    this.#ended = true
    await this.#watching
    return this.#most
  }
}

export class Up {
  readonly folder: string
  readonly child: ChildProcess
  /** From the start of the process until the MTAs listen, ms. */
  readonly startMs: number

  private constructor(folder: string, child: ChildProcess, startMs: number) {
    this.folder = folder
    this.child = child
    this.startMs = startMs
  }

  /** Writes the folder's chain.json and starts it. */
  static async start(folder: string, chain: object, nodeOptions: readonly string[] = []): Promise<Up> {
    const file = join(folder, 'chain.json')
    await writeFile(file, JSON.stringify(chain, null, 2))
    const started = performance.now()
    const child = spawn(process.execPath, [...nodeOptions, bin, 'up', '--chain', file], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    await saysReady(child)
    return new Up(folder, child, performance.now() - started)
  }

  get state(): string {
    return join(this.folder, '.mta-chain')
  }

  async memory(): Promise<Memory> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'latin1')
    const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
    return { peak: of('VmHWM'), own: of('RssAnon'), files: of('RssFile') }
  }

  async descriptors(): Promise<{ readonly all: number; readonly sockets: number }> {
    const folder = `/proc/${this.child.pid}/fd`
    const links = await Promise.all((await readdir(folder)).map(name => readlink(join(folder, name)).catch(() => '')))
    const open = links.filter(link => link !== '')
    return { all: open.length, sockets: open.filter(link => link.startsWith('socket:')).length }
  }

  /** A command of the command line's, on this chain: what it prints. */
  async command(...args: readonly string[]): Promise<string> {
    const all = [bin, ...args, '--chain', join(this.folder, 'chain.json')]
    return (await promisify(execFile)(process.execPath, all, { maxBuffer: 1 << 30 })).stdout
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
  }
}

async function saysReady({ stderr }: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    stderr?.setEncoding('utf8').on('data', text => {
      said += String(text)
      if (/MTAs? answers?/.test(said)) resolve()
    })
    stderr?.on('end', () => reject(new Error(`the chain did not start: ${said}`)))
  })
}
