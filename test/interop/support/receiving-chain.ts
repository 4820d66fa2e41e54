/**
 * A chain of five MTAs on disk, for clients that are no part of it: tells what arrives in its mailboxes.
 */
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chain, check, type JournalEvent, type MessageVerdict, startChain } from '../../../src/index.js'
import { bounded } from '../../support/bounded.js'

/** A message in a mailbox, judged with the journal. */
export interface Arrived {
  readonly recipient: string
  readonly file: string
  readonly content: Buffer
  readonly verdict: MessageVerdict
}

type DeliveredEvent = Extract<JournalEvent, { readonly event: 'delivered' }>

const names = ['submission', 'outbound', 'gateway', 'filter', 'mailbox']

/** How long messages may take to arrive, in milliseconds. */
const travelTime = 30_000

/** The MTAs listen on free ports of `<network>.1` to `<network>.5`, and are called as in chain.json. */
export async function startReceivingChain(network: string): Promise<ReceivingChain> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-interop-'))
  const deliveries = new Deliveries()
  const mtas = names.map((name, index) => ({ name, address: `${network}.${index + 1}` }))
  const chain = await startChain(
    { mtas, spool: 'disk', mailbox: 'maildir' },
    { folder, onEvent: event => deliveries.observe(event) },
  )
  return new ReceivingChain(chain, folder, deliveries)
}

export class ReceivingChain {
  readonly chain: Chain
  readonly #folder: string
  readonly #deliveries: Deliveries

  constructor(chain: Chain, folder: string, deliveries: Deliveries) {
    this.chain = chain
    this.#folder = folder
    this.#deliveries = deliveries
  }

  /** Where clients connect to. */
  get server(): { readonly address: string; readonly port: number } {
    const [first] = this.chain.mtas
    if (!first) throw new Error('the chain has no MTA')
    return { address: first.config.address, port: first.port }
  }

  /** The next messages that arrive, or have arrived since the last call. Waits for a bounded time. */
  async arrivals(count: number, reversePath: string | null = 'a@example.test'): Promise<Arrived[]> {
    const events = await this.#deliveries.next(count)
    return Promise.all(events.map(event => this.#arrived(event, reversePath)))
  }

  async #arrived({ recipient, file }: DeliveredEvent, reversePath: string | null): Promise<Arrived> {
    const path = join(this.#folder, 'mailbox', file ?? '')
    const content = await readFile(path)
    const expected = { ...this.chain.expectedPath(), recipient, reversePath }
    const verdict = await check(content, expected, { journal: this.chain.journal, requireJournal: true })
    return { recipient, file: path, content, verdict }
  }

  /** Stops the chain and removes its folder. Rejects where a message arrived that nobody asked for, as a second copy. */
  async close(): Promise<void> {
    await this.chain.close()
    await rm(this.#folder, { recursive: true })
    const { waiting } = this.#deliveries
    if (waiting > 0) throw new Error(`messages arrived that nobody asked for: ${waiting}`)
  }
}

class Deliveries {
  readonly #untaken: DeliveredEvent[] = []
  readonly #news = new EventEmitter()

  get waiting(): number {
    return this.#untaken.length
  }

  observe(event: JournalEvent): void {
    if (event.event !== 'delivered') return
    this.#untaken.push(event)
    this.#news.emit('delivered')
  }

  next(count: number): Promise<DeliveredEvent[]> {
    const work = async (signal: AbortSignal): Promise<DeliveredEvent[]> => {
      while (this.waiting < count) await once(this.#news, 'delivered', { signal })
      return this.#untaken.splice(0, count)
    }
    return bounded(travelTime, work, () => `${this.waiting} of ${count} messages arrived within ${travelTime} ms`)
  }
}
