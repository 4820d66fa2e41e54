/**
 * The lmdb environment under the spool: keys to octets. `put` resolves after its transaction is flushed: pages, then
 * fdatasync, then the meta page through a descriptor that is O_DSYNC; what is put meanwhile shares the next one. Writes
 * are done in the order they were asked for. One that fails rejects, and nothing of its transaction is there; one for
 * which the disk has no room rejects alone, and lmdb never sees it.
 */
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { z } from 'zod'
import { GroupCommit } from './group-commit.js'
import { type Demand, Room, type Use } from './room.js'

const treeSchema = z.object({ treeBranchPageCount: z.int(), treeLeafPageCount: z.int(), overflowPages: z.int() })
const statsSchema = z.object({ lastPageNumber: z.int(), root: treeSchema, free: treeSchema })

/** `value` null removes the key. */
interface Operation extends Demand {
  readonly key: string
  /** Written with it, or neither is. */
  readonly beside: Entry | null
}

interface Entry {
  readonly key: string
  readonly value: Buffer
}

/**
 * lmdb reads through a map of its file, and what was touched once counts as this process's memory as long as the map is
 * there: it is made anew before it can hold more than so many octets. A file that is smaller than that needs no such care.
 */
const octetsOfMap = 48 * 1024 * 1024
/** What the system maps at least for each place that is touched. */
const octetsAround = 64 * 1024
/** Keys that are read without a pause. */
const keysAtOnce = 200

export class Database {
  readonly #folder: string
  #lmdb: RootDatabase<Buffer, string>
  /** Octets of the map that may have been touched, at most. */
  #touched = 0
  readonly #room: Room
  readonly #group = new GroupCommit<Operation>(
    operations => this.#commit(operations),
    () => (this.#mapIsLarge() && !this.#closing ? this.#renewMap() : null),
  )
  /** Keys whose removal failed: they go with the next one. */
  #leftBehind: readonly string[] = []
  #closing: Promise<void> | null = null
  /** Those who wait for a map that is not too large. */
  #resting: (() => void)[] = []

  /** Throws lmdb's error, or the system's. */
  constructor(folder: string) {
    this.#folder = folder
    this.#lmdb = openLmdb(folder)
    this.#room = new Room(join(folder, 'data.mdb'), () => freePages(statsSchema.parse(this.#lmdb.getStats())))
  }

  /**
   * A copy of the value. Throws where the file is damaged. Who reads very much asks for a `rest` now and then: else the
   * map can't be made anew.
   */
  get(key: string): Uint8Array | undefined {
    const value = this.#lmdb.getBinary(key)
    this.#touch(octetsAround + (value?.length ?? 0))
    return value
  }

  /** So much may have been mapped by a read. */
  #touch(octets: number): void {
    this.#touched += octets
    if (this.#mapIsLarge()) this.#group.rest()
  }

  /** Those that begin with a prefix, which ends with a slash; in order. */
  keys(prefix: string): string[] {
    return [...this.#lmdb.getKeys(rangeOf(prefix))]
  }

  /** The same, where there may be very many: the map is made anew between them. */
  async *everyKey(prefix: string): AsyncIterable<string> {
    for (let start = prefix; ; ) {
      const range = { ...rangeOf(prefix), start, exclusiveStart: true, limit: keysAtOnce }
      const some = [...this.#lmdb.getKeys(range)]
      this.#touch(some.length * octetsAround)
      yield* some
      const last = some.at(-1)
      if (last === undefined) return
      start = last
      await this.rest()
    }
  }

  /** `use` says who has room where there is little. `beside` is put with it: both are there then, or neither. */
  put(key: string, value: Buffer, use: Use = 'queued', beside: Entry | null = null): Promise<void> {
    return this.#group.write({ key, value, use, beside, octetsBeside: beside?.value.length ?? 0 })
  }

  /** Removes them at some time soon. */
  forget(keys: readonly string[]): void {
    const all = [...this.#leftBehind, ...keys]
    this.#leftBehind = []
    Promise.all(
      all.map(key => this.#group.write({ key, value: null, use: 'queued', beside: null, octetsBeside: 0 })),
    ).catch(() => {
      this.#leftBehind = [...this.#leftBehind, ...all]
    })
  }

  /**
   * What is asked for in one turn is one transaction. Removals go before the others, in one of their own: pages that
   * they free can be used again only afterwards, and where the disk is full that is all there is.
   */
  #commit(operations: readonly Operation[]): Promise<void>[] {
    const puts = operations.filter(({ value }) => value)
    const put = new Set(puts.map(({ key }) => key))
    const removed = this.#removeAll(operations.filter(({ key, value }) => !value && !put.has(key)))
    const refused = removed.then(nothing, nothing).then(() => this.#refused(puts))
    return operations.map(async operation => {
      const { key, value } = operation
      if (!value && !put.has(key)) return removed
      if ((await refused).has(operation)) throw new Error('no room on the disk')
      await Promise.all([operation, ...(operation.beside ? [operation.beside] : [])].map(each => this.#write(each)))
    })
  }

  async #refused<Each extends Demand>(demands: readonly Each[]): Promise<ReadonlySet<Each>> {
    return demands.length > 0 ? this.#room.refused(demands) : new Set()
  }

  /** In several transactions where there is no room for one: each frees some for the next. */
  async #removeAll(operations: readonly Operation[]): Promise<void> {
    for (let left = operations; left.length > 0; ) {
      const later = await this.#refused(left)
      if (later.size === left.length) throw new Error('no room on the disk')
      const keys = new Set(left.filter(operation => !later.has(operation)).map(({ key }) => key))
      await Promise.all([...keys].map(key => this.#write({ key, value: null })))
      left = [...later]
    }
  }

  #write({ key, value }: Pick<Operation, 'key' | 'value'>): Promise<void> {
    this.#touched += octetsAround + (value?.length ?? 0)
    return written(async () => {
      await (value ? this.#lmdb.put(key, value) : this.#lmdb.remove(key))
    })
  }

  /** Gives entries other keys, all or none; while nothing else is written. */
  async move(keys: readonly string[], rename: (key: string) => string): Promise<void> {
    await this.#group.settled()
    const demands = keys.map(
      (key): Demand => ({ value: this.#lmdb.getBinary(key) ?? null, use: 'queued', octetsBeside: 0 }),
    )
    if ((await this.#refused(demands)).size > 0) throw new Error('no room on the disk')
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

  /** Resolves once the map is not too large, which may take as long as what is being written; never rejects. */
  async rest(): Promise<void> {
    if (!this.#mapIsLarge() || this.#closing) return
    await new Promise<void>(resolve => {
      this.#resting.push(resolve)
      this.#group.rest()
    })
  }

  /** Waits for what is being written; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #mapIsLarge(): boolean {
    return Math.min(this.#touched, this.#room.length) > octetsOfMap
  }

  /**
   * Makes the map anew. In a turn of its own: nothing else waits to run then, so nobody meets the moment at which lmdb is
   * closed, which ends before the turn does. Nothing may be being written.
   */
  #renewMap(): Promise<void> {
    return new Promise(resolve => {
      setImmediate(() => {
        void this.#lmdb.close().then(() => {
          this.#reopen()
          this.#rested()
          resolve()
        })
      })
    })
  }

  #rested(): void {
    const resting = this.#resting
    this.#resting = []
    for (const resolve of resting) resolve()
  }

  /** Where the system has nothing to open it with, what is asked for fails until it has: it is tried again after each write. */
  #reopen(): void {
    try {
      this.#lmdb = openLmdb(this.#folder)
      this.#touched = 0
    } catch {
      this.#touched = Number.POSITIVE_INFINITY
    }
  }

  async #close(): Promise<void> {
    await this.#group.settled()
    this.#rested()
    await this.#lmdb.close().catch(() => undefined)
    this.#room.close()
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

function rangeOf(prefix: string): { readonly start: string; readonly end: string } {
  // '0' comes right after '/'
  return { start: prefix, end: `${prefix.slice(0, -1)}0` }
}

/** All but the two meta pages and those of the trees. */
function freePages({ lastPageNumber, root, free }: z.infer<typeof statsSchema>): number {
  const used = [root, free].map(tree => tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages)
  return lastPageNumber + 1 - 2 - used.reduce((total, pages) => total + pages, 0)
}

function nothing(): void {
  // a failure is told to those it is of
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
