/**
 * A chain as a user runs it: `mta-chain up` with a chain.json of its own, spool and Maildir on disk.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { greeted, load, usageOf } from './measure.js'

const port = 2525

export interface Throughput {
  readonly perSecond: number
  readonly cpuPerThousand: number
  readonly peak: number
}

export class BenchChain {
  readonly #folder: string
  readonly #process: ChildProcess
  readonly #addresses: readonly string[]
  readonly #journal: FileHandle
  #read = 0
  /** From the start of the process until all MTAs had said 220, ms. */
  readonly startMs: number

  private constructor(
    folder: string,
    child: ChildProcess,
    addresses: readonly string[],
    journal: FileHandle,
    startMs: number,
  ) {
    this.#journal = journal
    this.#folder = folder
    this.#process = child
    this.#addresses = addresses
    this.startMs = startMs
  }

  static async start(mtas: number): Promise<BenchChain> {
    const folder = await mkdtemp(join(tmpdir(), 'mta-chain-bench-'))
    const addresses = Array.from({ length: mtas }, (_, at) => `127.41.0.${at + 1}`)
    const chain = { port, mtas: addresses.map((address, at) => ({ name: `mta${at + 1}`, address })) }
    await writeFile(join(folder, 'chain.json'), JSON.stringify(chain))
    const bin = join(import.meta.dirname, '../bin/mta-chain.js')
    const started = performance.now()
    const child = spawn(process.execPath, [bin, 'up', '--chain', join(folder, 'chain.json')], { stdio: 'ignore' })
    await Promise.all(addresses.map(address => greeted(address, port)))
    const startMs = performance.now() - started
    const journal = await open(join(folder, '.mta-chain/journal.jsonl'), 'r')
    return new BenchChain(folder, child, addresses, journal, startMs)
  }

  get #first(): string {
    return this.#addresses[0] ?? ''
  }

  /** Messages that have arrived since the last question: the journal's new lines say so. */
  async #newlyArrived(): Promise<number> {
    const { bytesRead, buffer } = await this.#journal.read(Buffer.alloc(4_000_000), 0, 4_000_000, this.#read)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
    this.#read += end
    return buffer.toString('latin1', 0, end).split('"event":"delivered"').length - 1
  }

  async #waitFor(messages: number, everyMs: number): Promise<void> {
    for (let arrived = 0; arrived < messages; arrived += await this.#newlyArrived()) {
      await new Promise(resolve => setTimeout(resolve, everyMs))
    }
  }

  async throughput(messages: number): Promise<Throughput> {
    const { cpu } = await usageOf(this.#process)
    const started = performance.now()
    await load(this.#first, port, messages)
    await this.#waitFor(messages, 10)
    const seconds = (performance.now() - started) / 1000
    const after = await usageOf(this.#process)
    return { perSecond: messages / seconds, cpuPerThousand: ((after.cpu - cpu) / messages) * 1000, peak: after.peak }
  }

  /** From the first octet of MAIL to the message in the mailbox, over a connection that is open, ms. */
  async latencies(messages: number): Promise<number[]> {
    const socket = connect(port, this.#first)
    socket.setNoDelay(true)
    await once(socket, 'data')
    await say(socket, 'EHLO bench.test\r\n', '250 ')
    const times: number[] = []
    for (let n = 0; n < messages; n++) {
      const started = performance.now()
      await say(socket, 'MAIL FROM:<a@example.test>\r\nRCPT TO:<c@example.test>\r\nDATA\r\n', '354 ')
      await say(socket, `Subject: one\r\n\r\n${'x'.repeat(70)}\r\n.\r\n`, 'queued')
      await this.#waitFor(1, 0)
      times.push(performance.now() - started)
    }
    socket.end('QUIT\r\n')
    return times
  }

  /** Removes what it left on the disk: at the end of a run, since file systems are slow for a while after it. */
  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true })
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    await once(this.#process, 'exit')
    await this.#journal.close()
  }
}

async function say(socket: ReturnType<typeof connect>, octets: string, until: string): Promise<void> {
  socket.write(octets)
  let said = ''
  while (!said.includes(until)) said += String((await once(socket, 'data'))[0])
}
