/**
 * The spool's database: keys to octets. Commits that come together share one transaction and its flush; writes are done in
 * the order they were asked for. One that fails rejects; one for which the disk has no room rejects alone, and lmdb never
 * sees it. The map of the file is made anew before it can hold too much.
 */
import { join } from 'node:path'
import { type Entry, Environment } from './environment.js'
import { GroupCommit } from './group-commit.js'
import { type Demand, Room, type Use } from './room.js'

/** `value` null removes the key. */
interface Operation extends Demand {
  readonly key: string
  /** Written with it, or neither is. */
  readonly beside: Entry | null
}

/** The map may hold so much; a file that is smaller than that needs no care. */
const octetsOfMap = 48 * 1024 * 1024
/** Keys that are read without a pause. */
const keysAtOnce = 200

export class Database {
  readonly #lmdb: Environment
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
    this.#lmdb = new Environment(folder)
    this.#room = new Room(join(folder, 'data.mdb'), () => this.#lmdb.freePages)
  }

  /**
   * A copy of the value. Throws where the file is damaged. Who reads very much asks for a `rest` now and then: else the
   * map can't be made anew.
   */
  get(key: string): Uint8Array | undefined {
    const value = this.#lmdb.get(key)
    if (this.#mapIsLarge()) this.#group.rest()
    return value
  }

  /** Those that begin with a prefix, which ends with a slash; in order. */
  keys(prefix: string): string[] {
    return this.#lmdb.keys(prefix)
  }

  /** The same, where there may be very many: the map is made anew between them. */
  async *everyKey(prefix: string): AsyncIterable<string> {
    for (let after = prefix; ; ) {
      const some = this.#lmdb.keys(prefix, after, keysAtOnce)
      yield* some
      const last = some.at(-1)
      if (last === undefined) return
      after = last
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
      const { beside } = operation
      await (value && beside ? this.#lmdb.writeTogether([{ key, value }, beside]) : this.#lmdb.write(key, value))
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
      await Promise.all([...keys].map(key => this.#lmdb.write(key, null)))
      left = [...later]
    }
  }

  /** Gives entries other keys, all or none; while nothing else is written. */
  async move(keys: readonly string[], rename: (key: string) => string): Promise<void> {
    await this.#group.settled()
    const demands = keys.map((key): Demand => ({ value: this.#valueOf(key), use: 'queued', octetsBeside: 0 }))
    if ((await this.#refused(demands)).size > 0) throw new Error('no room on the disk')
    return this.#lmdb.move(keys, rename)
  }

  #valueOf(key: string): Buffer | null {
    const value = this.#lmdb.get(key)
    return value ? Buffer.from(value) : null
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
    return Math.min(this.#lmdb.touched, this.#room.length) > octetsOfMap
  }

  async #renewMap(): Promise<void> {
    await this.#lmdb.renewMap()
    this.#rested()
  }

  #rested(): void {
    const resting = this.#resting
    this.#resting = []
    for (const resolve of resting) resolve()
  }

  async #close(): Promise<void> {
    await this.#group.settled()
    this.#rested()
    await this.#lmdb.close()
    this.#room.close()
  }
}

function nothing(): void {
  // a failure is told to those it is of
}
