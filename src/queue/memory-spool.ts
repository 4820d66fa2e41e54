/**
 * A spool in memory: for chains that need not outlive their process. Same promises, but for the crash.
 */
import { randomInt } from 'node:crypto'
import type { QueueId } from '../mail/envelope.js'
import { type IdOrigin, seeds } from './ids.js'
import type { QueueItem } from './item.js'
import type { ContentWriter, Recovered, Spool } from './spool.js'

export class MemorySpool implements Spool {
  readonly origin: IdOrigin
  readonly #contents = new Map<QueueId, readonly Uint8Array[]>()

  constructor() {
    let block = 0
    this.origin = { seed: randomInt(seeds), block, another: () => Promise.resolve(++block) }
  }

  recover(): Promise<Recovered> {
    return Promise.resolve({ items: [], setAside: [] })
  }

  writer(id: QueueId): ContentWriter {
    const chunks: Uint8Array[] = []
    return {
      write(chunk) {
        chunks.push(chunk)
        return null
      },
      commit: () => {
        this.#contents.set(id, chunks)
        return Promise.resolve()
      },
      discard: () => {
        chunks.length = 0
        this.#contents.delete(id)
      },
    }
  }

  *content(id: QueueId): Iterable<Uint8Array> {
    const chunks = this.#contents.get(id)
    if (!chunks) throw new Error(`the spool has no content of ${id}`)
    yield* chunks
  }

  update(_item: QueueItem): Promise<void> {
    return Promise.resolve()
  }

  remove(item: QueueItem): void {
    this.#contents.delete(item.id)
  }

  close(): Promise<void> {
    this.#contents.clear()
    return Promise.resolve()
  }
}
