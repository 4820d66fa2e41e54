/**
 * A spool in memory: for chains that need not outlive their process. Same promises, but for the crash.
 */
import { randomInt } from 'node:crypto'
import type { QueueId } from '../mail/envelope.js'
import type { QueueItem } from './item.js'
import type { ContentWriter, Recovered, Spool } from './spool.js'

export class MemorySpool implements Spool {
  readonly origin = { seed: randomInt(2 ** 47), start: 0 }
  readonly #contents = new Map<QueueId, readonly Uint8Array[]>()

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
        this.#contents.delete(id)
      },
    }
  }

  content(id: QueueId): Iterable<Uint8Array> {
    return this.#contents.get(id) ?? []
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
