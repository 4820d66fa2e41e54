/**
 * The lmdb environment under the spool: keys to octets. `put` resolves after its transaction is flushed: pages, then
 * fdatasync, then the meta page through a descriptor that is O_DSYNC; what is put meanwhile shares the next one. Writes
 * are done in the order they were asked for. One that fails rejects, and nothing of its transaction is there.
 */
import { open, type RootDatabase } from 'lmdb'
import { GroupCommit } from './group-commit.js'

/** `value` null removes the key. */
interface Operation {
  readonly key: string
  readonly value: Buffer | null
}

export class Database {
  readonly #lmdb: RootDatabase<Buffer, string>
  readonly #group = new GroupCommit<Operation>(operations => this.#commit(operations))
  /** Keys whose removal failed: they go with the next one. */
  #leftBehind: readonly string[] = []

  /** Throws lmdb's error. */
  constructor(folder: string) {
    this.#lmdb = open({
      path: folder,
      encoding: 'binary',
      // a put resolves when it is flushed, not before
      overlappingSync: false,
      // without it a commit that fails rejects promises that nobody was given
      eventTurnBatching: false,
    })
  }

  /** A copy of the value. Throws where the file is damaged. */
  get(key: string): Uint8Array | undefined {
    return this.#lmdb.getBinary(key)
  }

  /** Those that begin with a prefix, which ends with a slash; in order. */
  keys(prefix: string): string[] {
    // '0' comes right after '/'
    return [...this.#lmdb.getKeys({ start: prefix, end: `${prefix.slice(0, -1)}0` })]
  }

  put(key: string, value: Buffer): Promise<void> {
    return this.#group.write({ key, value })
  }

  /** Removes them at some time soon. */
  forget(keys: readonly string[]): void {
    const all = [...this.#leftBehind, ...keys]
    this.#leftBehind = []
    Promise.all(all.map(key => this.#group.write({ key, value: null }))).catch(() => {
      this.#leftBehind = [...this.#leftBehind, ...all]
    })
  }

  /**
   * What is asked for in one turn is one transaction. Removals go before the others, in one of their own: pages that
   * they free can be used again only afterwards, and where the disk is full that is all there is.
   */
  #commit(operations: readonly Operation[]): Promise<void>[] {
    const put = new Set(operations.filter(({ value }) => value).map(({ key }) => key))
    const removals = new Map<string, Promise<void>>()
    for (const { key, value } of operations) {
      if (!value && !put.has(key) && !removals.has(key)) removals.set(key, this.#write(key, null))
    }
    const removed = Promise.allSettled(removals.values())
    return operations.map(({ key, value }) => removals.get(key) ?? removed.then(() => this.#write(key, value)))
  }

  #write(key: string, value: Buffer | null): Promise<void> {
    return written(async () => {
      await (value ? this.#lmdb.put(key, value) : this.#lmdb.remove(key))
    })
  }

  /** Gives entries other keys, all or none. */
  move(keys: readonly string[], rename: (key: string) => string): Promise<void> {
    const moved = (): void => {
      for (const key of keys) {
        const value = this.#lmdb.getBinary(key)
        if (!value) continue
        this.#lmdb.putSync(rename(key), value)
        this.#lmdb.removeSync(key)
      }
    }
    return written(() => this.#lmdb.transaction(moved))
  }

  /** Waits for what is being written; never rejects. */
  async close(): Promise<void> {
    await this.#group.settled()
    await this.#lmdb.close().catch(() => undefined)
  }
}

async function written(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    // lmdb puts a second promise into its error, which rejects too: unheard it would end the process
    if (error instanceof Error && 'commitError' in error && error.commitError instanceof Promise) {
      error.commitError.catch(() => undefined)
      throw new Error('the spool could not be written', { cause: error })
    }
    throw error
  }
}
