/**
 * Where queued messages are kept. The promise: what `commit` has resolved for is there after a crash, whole; a message
 * that was never committed leaves nothing behind. All MTAs of a chain share one spool.
 */
import type { QueueId } from '../mail/envelope.js'
import type { IdOrigin } from './ids.js'
import type { QueueItem } from './item.js'

/** A content being written. */
export interface ContentWriter {
  /**
   * Returns a promise where so much is waiting to be written that the sender must wait; null otherwise. That promise
   * never rejects: what could not be written is told by `commit`. The chunk must not be changed afterwards.
   */
  write(chunk: Uint8Array): Promise<void> | null
  /**
   * Resolves once content and item are durable; rejects where they could not be kept, and then nothing of them stays.
   * `other` is replaced with it: either both are there, or neither.
   */
  commit(item: QueueItem, other?: QueueItem): Promise<void>
  /** Removes what was written. */
  discard(): void
}

/** An entry that could not be read back: it stays in the spool, its content too. */
export interface SetAside {
  /** '' where even that could not be read. */
  readonly mta: string
  /** Where in the spool it is now. */
  readonly key: string
  readonly reason: string
}

export interface Unreadable {
  readonly unreadable: string
}

/** A message that an earlier start left; the rest of it is in the spool. */
export interface LeftMessage {
  readonly id: QueueId
  readonly mta: string
  readonly receivedAt: Date
}

export interface Recovered {
  /** In the order they were received. */
  readonly messages: readonly LeftMessage[]
  readonly setAside: readonly SetAside[]
}

export interface Spool {
  /** For this start's queue ids. */
  readonly origin: IdOrigin
  /** What an earlier start left, as it was found when the spool was opened; to be asked once. */
  recover(): Promise<Recovered>
  /** `onward`: an MTA of the chain hands the message on; it has room where those from outside (default) have none. */
  writer(id: QueueId, use?: 'new' | 'onward'): ContentWriter
  /**
   * The content without the stamp, piece by piece; only what is asked for is in memory. Throws where it is not what was
   * written, before any octet that differs.
   */
  content(id: QueueId): Iterable<Uint8Array>
  /** The item as it was last kept; the reason where that can't be read. */
  item(id: QueueId): QueueItem | Unreadable
  /** Resolves once it holds no more than it should of what was read; to be awaited now and then by who reads very many. */
  rest(): Promise<void>
  /** Replaces the item; resolves once that is durable. */
  update(item: QueueItem): Promise<void>
  /** Removes item and content. A crash right after may bring it back: the message would be sent twice, never lost. */
  remove(item: QueueItem): void
  /** Resolves once all is written; nothing is kept of what is called after it. */
  close(): Promise<void>
}
