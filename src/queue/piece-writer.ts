/**
 * Writes a content into the spool's database while it comes in, then the item. Nothing of it is a message before the
 * item is there, which is written last.
 */
import type { QueueId } from '../mail/envelope.js'
import type { Database } from './database.js'
import type { QueueItem } from './item.js'
import { pieceKey, pieceSize, sealPiece } from './pieces.js'
import type { Use } from './room.js'
import type { ContentWriter } from './spool.js'
import { itemKey, writeItem } from './stored-item.js'

/** Pieces written and not yet flushed, for one message: the sender waits when there are more. */
const piecesAhead = 8

export class PieceWriter implements ContentWriter {
  readonly #database: Database
  readonly #id: QueueId
  readonly #use: Use
  #waiting: Uint8Array[] = []
  #waitingSize = 0
  #written = 0
  #unflushed = 0
  #failure: Error | null = null

  constructor(database: Database, id: QueueId, use: Use) {
    this.#database = database
    this.#id = id
    this.#use = use
  }

  write(chunk: Uint8Array): Promise<void> | null {
    let last: Promise<void> | null = null
    for (let rest = chunk; rest.length > 0 && !this.#failure; ) {
      const fitting = rest.subarray(0, pieceSize - this.#waitingSize)
      this.#waiting.push(fitting)
      this.#waitingSize += fitting.length
      rest = rest.subarray(fitting.length)
      if (this.#waitingSize === pieceSize) last = this.#writePiece()
    }
    return this.#unflushed > piecesAhead ? last : null
  }

  async commit(item: QueueItem, other?: QueueItem): Promise<void> {
    void this.#writePiece()
    try {
      this.#throwFailure()
      // the item comes after its content: where it is flushed, so is all before it
      const beside = other ? { key: itemKey(other.id), value: writeItem(other) } : null
      await this.#database.put(itemKey(this.#id), writeItem(item), this.#use, beside)
      this.#throwFailure()
    } catch (error) {
      this.#database.forget([itemKey(this.#id)])
      this.discard()
      throw error
    }
  }

  discard(): void {
    this.#waiting = []
    this.#waitingSize = 0
    this.#database.forget(Array.from({ length: this.#written }, (_, n) => pieceKey(this.#id, n)))
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure
  }

  /** Resolves once flushed; a failure is kept for `commit`, which rejects with it. */
  async #writePiece(): Promise<void> {
    const piece = sealPiece(this.#waiting, this.#waitingSize)
    this.#waiting = []
    this.#waitingSize = 0
    this.#unflushed++
    try {
      await this.#database.put(pieceKey(this.#id, this.#written++), piece, this.#use)
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
    this.#unflushed--
  }
}
