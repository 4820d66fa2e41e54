/**
 * The spool on disk: one lmdb environment. `commit` resolves after the transaction is flushed (fdatasync); commits of
 * messages that come in together share one. A crash leaves either all of a committed message or none of it.
 *
 *   meta                     format version, seed, number of starts
 *   item/<id>                envelope and state of a message, JSON
 *   content/<id>/<n>         its content in pieces of 64 KiB
 *   aside/item/<id> ...      what could not be read back
 */
import { randomInt } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { open, type RootDatabase } from 'lmdb'
import { z } from 'zod'
import type { QueueId } from '../mail/envelope.js'
import type { IdOrigin } from './ids.js'
import type { QueueItem } from './item.js'
import type { ContentWriter, Recovered, SetAside, Spool } from './spool.js'
import { readItem, writeItem } from './stored-item.js'

type Database = RootDatabase<Buffer, string>

const version = 1
const pieceSize = 64 * 1024
/** Pieces written and not yet flushed, for one message: the sender waits when there are more. */
const piecesAhead = 8

const meta = z.object({ version: z.int(), seed: z.int(), start: z.int() })

export type SpoolProblem = { readonly kind: 'newer' | 'unusable'; readonly reason: string }

/** Opens the spool in that folder, making it where there is none. */
export async function openDiskSpool(folder: string): Promise<Spool | SpoolProblem> {
  try {
    await mkdir(folder, { recursive: true })
    const database: Database = open({
      path: folder,
      encoding: 'binary',
      // a put resolves once it is flushed; and a commit that fails rejects its own put, nothing else
      overlappingSync: false,
      eventTurnBatching: false,
    })
    const origin = await begin(database)
    if ('kind' in origin) {
      await database.close()
      return origin
    }
    return new DiskSpool(database, origin)
  } catch (error) {
    return { kind: 'unusable', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Counts this start, durably, before any id is given out. */
async function begin(database: Database): Promise<IdOrigin | SpoolProblem> {
  const stored = database.get('meta')
  const last = stored ? meta.parse(JSON.parse(stored.toString())) : { version, seed: randomInt(2 ** 47), start: 0 }
  if (last.version > version) {
    return { kind: 'newer', reason: `the spool has format ${last.version}, this version reads up to ${version}` }
  }
  const now = { ...last, start: last.start + 1 }
  await database.put('meta', Buffer.from(JSON.stringify(now)))
  return now
}

class DiskSpool implements Spool {
  readonly origin: IdOrigin
  readonly #database: Database

  constructor(database: Database, origin: IdOrigin) {
    this.#database = database
    this.origin = origin
  }

  writer(id: QueueId): ContentWriter {
    return new PieceWriter(this.#database, id)
  }

  *content(id: QueueId): Iterable<Uint8Array> {
    for (let n = 0; ; n++) {
      const piece = this.#database.getBinary(pieceKey(id, n))
      if (!piece) return
      yield piece
    }
  }

  async update(item: QueueItem): Promise<void> {
    await this.#database.put(itemKey(item.id), writeItem(item))
  }

  remove(item: QueueItem): void {
    const removals = [this.#database.remove(itemKey(item.id))]
    for (let n = 0; n < pieces(item.size); n++) removals.push(this.#database.remove(pieceKey(item.id, n)))
    // a removal that fails leaves the entry: the message is sent again after the next start
    for (const removal of removals) removal.catch(() => undefined)
  }

  async recover(): Promise<Recovered> {
    const items: QueueItem[] = []
    const setAside: SetAside[] = []
    for (const { key, value } of this.#database.getRange({ start: 'item/', end: 'item0' })) {
      const read = this.#readBack(key, value)
      if ('unreadable' in read) setAside.push({ mta: read.mta, key, reason: read.unreadable })
      else items.push(read)
    }
    for (const { key } of setAside) await this.#setAside(key.slice('item/'.length))
    await this.#removeUncommitted(new Set(items.map(({ id }) => id)))
    items.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())
    return { items, setAside }
  }

  #readBack(key: string, value: Buffer): QueueItem | { readonly unreadable: string; readonly mta: string } {
    const read = readItem(value)
    if ('unreadable' in read) return { ...read, mta: '' }
    if (key !== itemKey(read.id)) return { unreadable: `it says it is ${read.id}`, mta: read.mta }
    let size = 0
    for (const piece of this.content(read.id)) size += piece.length
    if (size === read.size) return read
    return { unreadable: `${size} octets of content, there should be ${read.size}`, mta: read.mta }
  }

  /** Moves an item and its content out of the queue's way; nothing is deleted. */
  async #setAside(id: string): Promise<void> {
    await this.#database.transaction(() => {
      for (const key of [`item/${id}`, ...this.#keysFrom(`content/${id}/`)]) {
        const value = this.#database.get(key)
        if (!value) continue
        this.#database.putSync(`aside/${key}`, value)
        this.#database.removeSync(key)
      }
    })
  }

  #keysFrom(prefix: string): string[] {
    return [...this.#database.getKeys({ start: prefix, end: `${prefix}\uffff` })]
  }

  /** Contents without an item: the client never got 250 for them. */
  async #removeUncommitted(committed: ReadonlySet<string>): Promise<void> {
    const orphans = this.#keysFrom('content/').filter(key => !committed.has(key.split('/')[1] ?? ''))
    await Promise.all(orphans.map(key => this.#database.remove(key)))
  }

  async close(): Promise<void> {
    await this.#database.flushed
    await this.#database.close()
  }
}

class PieceWriter implements ContentWriter {
  readonly #database: Database
  readonly #id: QueueId
  #waiting: Uint8Array[] = []
  #waitingSize = 0
  #written = 0
  #unflushed = 0
  #failure: Error | null = null

  constructor(database: Database, id: QueueId) {
    this.#database = database
    this.#id = id
  }

  write(chunk: Uint8Array): Promise<void> | null {
    this.#waiting.push(chunk)
    this.#waitingSize += chunk.length
    let last: Promise<void> | null = null
    while (this.#waitingSize >= pieceSize) last = this.#writePiece(pieceSize)
    return this.#unflushed > piecesAhead ? last : null
  }

  async commit(item: QueueItem): Promise<void> {
    try {
      if (this.#waitingSize > 0) void this.#writePiece(this.#waitingSize)
      // the item comes after its content: where it is flushed, so is all before it
      await this.#database.put(itemKey(this.#id), writeItem(item))
      if (this.#failure) throw this.#failure
    } catch (error) {
      this.#database.remove(itemKey(this.#id)).catch(() => undefined)
      this.discard()
      throw error
    }
  }

  discard(): void {
    for (let n = 0; n < this.#written; n++) this.#database.remove(pieceKey(this.#id, n)).catch(() => undefined)
    this.#waiting = []
    this.#waitingSize = 0
  }

  /** Resolves once flushed; a failure is kept for `commit`, which rejects with it. */
  #writePiece(size: number): Promise<void> {
    const only = this.#waiting.length === 1 ? this.#waiting[0] : undefined
    const octets = only instanceof Buffer ? only : Buffer.concat(this.#waiting, this.#waitingSize)
    this.#waiting = octets.length > size ? [octets.subarray(size)] : []
    this.#waitingSize = octets.length - size
    this.#unflushed++
    return this.#database.put(pieceKey(this.#id, this.#written++), octets.subarray(0, size)).then(
      () => {
        this.#unflushed--
      },
      error => {
        this.#unflushed--
        this.#failure = error instanceof Error ? error : new Error(String(error))
      },
    )
  }
}

function itemKey(id: QueueId): string {
  return `item/${id}`
}

function pieceKey(id: QueueId, n: number): string {
  return `content/${id}/${String(n).padStart(6, '0')}`
}

function pieces(size: number): number {
  return Math.ceil(size / pieceSize)
}
