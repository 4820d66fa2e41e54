/**
 * lmdb itself: a put resolves after its transaction is flushed, pages first, then fdatasync, then the meta page through a
 * descriptor that is O_DSYNC. What fails rejects, and nothing of its transaction is there.
 *
 * lmdb reads through a map of its file, and what was touched once counts as this process's memory as long as the map is
 * there: `touched` says how much that may be, `renewMap` makes the map anew.
 */
import { open, type RootDatabase } from 'lmdb'
import { z } from 'zod'

const treeSchema = z.object({ treeBranchPageCount: z.int(), treeLeafPageCount: z.int(), overflowPages: z.int() })
const statsSchema = z.object({ lastPageNumber: z.int(), root: treeSchema, free: treeSchema })

/** What the system maps at least for each place that is touched. */
const octetsAround = 64 * 1024

export interface Entry {
  readonly key: string
  readonly value: Buffer
}

export class Environment {
  readonly #folder: string
  #lmdb: RootDatabase<Buffer, string>
  #touched = 0

  /** Throws lmdb's error. */
  constructor(folder: string) {
    this.#folder = folder
    this.#lmdb = openLmdb(folder)
  }

  /** Octets of the map that may have been touched, at most. */
  get touched(): number {
    return this.#touched
  }

  /** Pages before the last one that hold nothing: all but the two meta pages and those of the trees. */
  get freePages(): number {
    const { lastPageNumber, root, free } = statsSchema.parse(this.#lmdb.getStats())
    const used = [root, free].map(tree => tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages)
    return lastPageNumber + 1 - 2 - used.reduce((total, pages) => total + pages, 0)
  }

  /** A copy of the value. Throws where the file is damaged. */
  get(key: string): Uint8Array | undefined {
    const value = this.#lmdb.getBinary(key)
    this.#touched += octetsAround + (value?.length ?? 0)
    return value
  }

  /** Those that begin with a prefix, which ends with a slash; in order; behind `after`, so many at most. */
  keys(prefix: string, after = prefix, limit = Number.POSITIVE_INFINITY): string[] {
    // '0' comes right after '/'
    const range = { start: after, exclusiveStart: true, end: `${prefix.slice(0, -1)}0` }
    const keys = [...this.#lmdb.getKeys(Number.isFinite(limit) ? { ...range, limit } : range)]
    this.#touched += keys.length * octetsAround
    return keys
  }

  /** Writes in the order they were asked for; `value` null removes the key. */
  write(key: string, value: Buffer | null): Promise<void> {
    this.#touched += octetsAround + (value?.length ?? 0)
    return written(async () => {
      await (value ? this.#lmdb.put(key, value) : this.#lmdb.remove(key))
    })
  }

  /** All of them or none. */
  writeTogether(entries: readonly Entry[]): Promise<void> {
    const put = (): void => {
      for (const { key, value } of entries) this.#lmdb.putSync(key, value)
    }
    return written(() => this.#lmdb.transaction(put))
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

  /**
   * In a turn of its own: nothing else waits to run then, so nobody meets the moment at which lmdb is closed, which ends
   * before the turn does. Nothing may be being written. Never rejects.
   */
  renewMap(): Promise<void> {
    return new Promise(resolve => {
      setImmediate(() => {
        void this.#lmdb.close().then(() => {
          this.#reopen()
          resolve()
        })
      })
    })
  }

  /** Never rejects. */
  close(): Promise<void> {
    return this.#lmdb.close().catch(() => undefined)
  }

  /** Where the system has nothing to open it with, what is asked for fails until it has: the map is to be renewed again. */
  #reopen(): void {
    try {
      this.#lmdb = openLmdb(this.#folder)
      this.#touched = 0
    } catch {
      this.#touched = Number.POSITIVE_INFINITY
    }
  }
}

function openLmdb(path: string): RootDatabase<Buffer, string> {
  return open({
    path,
    encoding: 'binary',
    // a put resolves when it is flushed, not before
    overlappingSync: false,
    // without it a commit that fails rejects promises that nobody was given
    eventTurnBatching: false,
  })
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
