/**
 * Where the last MTA puts messages.
 */
import type { Mailbox, ReversePath } from '../mail/address.js'
import type { QueueId } from '../mail/envelope.js'

export interface Delivery {
  readonly id: QueueId
  readonly recipient: Mailbox
  readonly reversePath: ReversePath
  /** The delivering MTA's hostname. */
  readonly hostname: string
  readonly receivedAt: Date
  /** The message with Return-Path and stamps, piece by piece. */
  content(): Iterable<Uint8Array>
}

/** A message that lies in a mailbox. It is known by recipient and queue id together: one copy may have several recipients. */
export interface StoredMessage {
  /** As it was accepted; of one that is too long for a folder's name the folder's name, which tells its beginning. */
  readonly recipient: string
  /** Queue id of the last MTA's copy. */
  readonly id: string
  /** When the last MTA received it, mail time; in a Maildir whole seconds. */
  readonly receivedAt: Date
  /** Octets. */
  readonly size: number
  /** Its file below the mailbox folder; null in memory. */
  readonly file: string | null
}

/** What lies in the mailboxes. Nothing else is ever read or removed. */
export interface MailboxContents {
  /** All messages, the newest first; those of earlier starts too. `wanted` says of whom. */
  list(wanted?: (recipient: string) => boolean): Promise<StoredMessage[]>
  /** Null where there is none. */
  find(recipient: string, id: string): Promise<StoredMessage | null>
  /** Its octets, piece by piece. Throws where it has gone meanwhile. */
  content(message: StoredMessage): AsyncIterable<Uint8Array>
  /** Resolves with false where it is gone already. */
  remove(message: StoredMessage): Promise<boolean>
}

export interface Mailboxes extends MailboxContents {
  /**
   * Puts a message into its recipient's mailbox; resolves once it is durable there, with its file below the mailbox
   * folder (null in memory). Rejects with the system's error. Delivering the same queue id again replaces the message.
   */
  deliver(delivery: Delivery): Promise<string | null>
  /** The octets of a delivered message. */
  read(recipient: string, id: string, file: string | null): Promise<Uint8Array>
}

/** The newest first; those of one moment in the order of their ids, so that two questions get one answer. */
export function newestFirst(messages: readonly StoredMessage[]): StoredMessage[] {
  return messages.toSorted(
    (a, b) =>
      b.receivedAt.getTime() - a.receivedAt.getTime() || compare(b.id, a.id) || compare(a.recipient, b.recipient),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
