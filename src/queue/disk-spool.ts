/**
 * The spool on disk: one lmdb environment. `commit` resolves after the transaction is flushed; commits of messages that
 * come in together share one. A crash leaves either all of a committed message or none of it.
 *
 *   meta                     format version, seed, blocks of queue ids given away
 *   item/<id>                envelope and state of a message, JSON
 *   content/<id>/<n>         its content in pieces
 *   aside/item/<id> ...      what could not be read back
 */
import { randomInt } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { QueueId } from '../mail/envelope.js'
import { Database } from './database.js'
import { blocks, type IdOrigin, seeds } from './ids.js'
import type { QueueItem } from './item.js'
import { PieceWriter } from './piece-writer.js'
import { pieceKeys, readPieces } from './pieces.js'
import { recover } from './recovery.js'
import type { ContentWriter, Recovered, Spool, Unreadable } from './spool.js'
import { checkSpoolFile } from './spool-file.js'
import { itemKey, readItem, writeItem } from './stored-item.js'

const version = 1
const versioned = z.object({ version: z.int() })
const metaSchema = z.object({
  version: z.literal(version),
  seed: z.int().nonnegative().lt(seeds),
  blocks: z.int().nonnegative(),
})
type Meta = z.infer<typeof metaSchema>

export type SpoolProblem = { readonly kind: 'newer' | 'unusable'; readonly reason: string }

/**
 * Opens the spool in that folder, making it where there is none, and reads back what is in it. One that is of a newer
 * format, or can't be used, is left as it is.
 */
export async function openDiskSpool(folder: string): Promise<Spool | SpoolProblem> {
  let database: Database | null = null
  try {
    await mkdir(folder, { recursive: true })
    const flaw = await checkSpoolFile(join(folder, 'data.mdb'))
    if (flaw !== null) return unusable(`data.mdb: ${flaw}`)
    database = new Database(folder)
    const meta = readMeta(database)
    const opened = 'kind' in meta ? meta : await begin(database, meta)
    if ('kind' in opened) await database.close()
    else await flushFolders(folder)
    return opened
  } catch (error) {
    await database?.close()
    return unusable(error instanceof Error ? error.message : String(error))
  }
}

function unusable(reason: string): SpoolProblem {
  return { kind: 'unusable', reason }
}

function readMeta(database: Database): Meta | SpoolProblem {
  const stored = database.get('meta')
  if (!stored) return { version, seed: randomInt(seeds), blocks: 0 }
  const value = parse(stored)
  const found = versioned.safeParse(value)
  if (found.success && found.data.version > version) {
    const reason = `the spool has format ${found.data.version}, this version reads up to ${version}`
    return { kind: 'newer', reason }
  }
  const read = metaSchema.safeParse(value)
  return read.success ? read.data : unusable("what the spool says of its format can't be read")
}

function parse(stored: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(stored).toString())
  } catch {
    return null
  }
}

/** A block of ids is given away, durably, before any id of it is. */
async function begin(database: Database, meta: Meta): Promise<Spool | SpoolProblem> {
  let given = meta.blocks
  const another = async (): Promise<number> => {
    if (given >= blocks) throw new RangeError('all its queue ids are used up')
    const block = given++
    await database.put('meta', Buffer.from(JSON.stringify({ ...meta, blocks: given })))
    return block
  }
  const origin: IdOrigin = { seed: meta.seed, block: await another(), another }
  return new DiskSpool(database, origin, await recover(database))
}

class DiskSpool implements Spool {
  readonly origin: IdOrigin
  readonly #database: Database
  #recovered: Recovered

  constructor(database: Database, origin: IdOrigin, recovered: Recovered) {
    this.#database = database
    this.origin = origin
    this.#recovered = recovered
  }

  recover(): Promise<Recovered> {
    const recovered = this.#recovered
    // who asked has them now
    this.#recovered = { messages: [], setAside: [] }
    return Promise.resolve(recovered)
  }

  writer(id: QueueId, use: 'new' | 'onward' = 'new'): ContentWriter {
    return new PieceWriter(this.#database, id, use)
  }

  content(id: QueueId): Iterable<Uint8Array> {
    return readPieces(id, key => this.#database.get(key))
  }

  item(id: QueueId): QueueItem | Unreadable {
    const stored = this.#database.get(itemKey(id))
    return stored ? readItem(stored) : { unreadable: 'it is not there' }
  }

  rest(): Promise<void> {
    return this.#database.rest()
  }

  update(item: QueueItem): Promise<void> {
    return this.#database.put(itemKey(item.id), writeItem(item))
  }

  remove(item: QueueItem): void {
    // one that fails leaves the entry: the message is sent again after the next start
    this.#database.forget([itemKey(item.id), ...pieceKeys(item.id, item.size)])
  }

  close(): Promise<void> {
    return this.#database.close()
  }
}

/** New files and folders are there after a crash once the folders that name them are flushed. */
async function flushFolders(folder: string): Promise<void> {
  for (const each of [folder, dirname(folder)]) {
    const handle = await open(each, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}
