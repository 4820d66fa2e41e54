/**
 * A spool in memory: for chains that need not outlive their process. Same promises, but for the crash.
 */
import { randomInt } from 'node:crypto'
import type { QueueId } from '../mail/envelope.js'
import { type IdOrigin, seeds } from './ids.js'
import type { QueueItem } from './item.js'
import type { ContentWriter, Recovered, Spool, Unreadable } from './spool.js'

export class MemorySpool implements Spool {
  readonly origin: IdOrigin
  readonly #contents = new Map<QueueId, readonly Uint8Array[]>()
  readonly #items = new Map<QueueId, QueueItem>()

  constructor() {
    let block = 0
    this.origin = { seed: randomInt(seeds), block, another: () => Promise.resolve(++block) }
  }

  recover(): Promise<Recovered> {
    return Promise.resolve({ messages: [], setAside: [] })
  }

  writer(id: QueueId): ContentWriter {
    const chunks: Uint8Array[] = []
    return {
      write(chunk) {
        chunks.push(chunk)
        return null
      },
      commit: item => {
        this.#contents.set(id, chunks)
        this.#items.set(id, item)
        return Promise.resolve()
      },
      discard: () => {
        chunks.length = 0
        this.#forget(id)
      },
    }
  }

  *content(id: QueueId): Iterable<Uint8Array> {
    const chunks = this.#contents.get(id)
    if (!chunks) throw new Error(`the spool has no content of ${id}`)
    yield* chunks
  }

  item(id: QueueId): QueueItem | Unreadable {
    return this.#items.get(id) ?? { unreadable: 'it is not there' }
  }

  rest(): Promise<void> {
    return Promise.resolve()
  }

  update(item: QueueItem): Promise<void> {
    this.#items.set(item.id, item)
    return Promise.resolve()
  }

  remove(item: QueueItem): void {
    this.#forget(item.id)
  }

  #forget(id: QueueId): void {
    this.#contents.delete(id)
    this.#items.delete(id)
  }

  close(): Promise<void> {
    this.#contents.clear()
    this.#items.clear()
    return Promise.resolve()
  }
}
