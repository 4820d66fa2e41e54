/**
 * Flushing a folder, so that the names in it outlive a crash. Rejects with the system's error.
 */
import { open } from 'node:fs/promises'

export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

interface Flushes {
  running: Promise<void>
  next: Promise<void> | null
}

/** Those who wait for a folder while it is being flushed share the next flush: it begins after all they did. */
export class FolderFlush {
  readonly #flushes = new Map<string, Flushes>()

  flush(folder: string): Promise<void> {
    const flushes = this.#flushes.get(folder)
    if (!flushes) return this.#begin(folder)
    flushes.next ??= flushes.running.catch(() => undefined).then(() => this.#begin(folder))
    return flushes.next
  }

  #begin(folder: string): Promise<void> {
    const flushes: Flushes = { running: flushFolder(folder), next: null }
    this.#flushes.set(folder, flushes)
    const over = (): void => {
      // nobody waits for another
      if (flushes.next === null) this.#flushes.delete(folder)
    }
    flushes.running.then(over, over)
    return flushes.running
  }
}
