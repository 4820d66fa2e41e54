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

export interface Mailboxes {
  /**
   * Puts a message into its recipient's mailbox; resolves once it is durable there, with its file below the mailbox
   * folder (null in memory). Rejects with the system's error. Delivering the same queue id again replaces the message.
   */
  deliver(delivery: Delivery): Promise<string | null>
  /** The octets of a delivered message. */
  read(recipient: string, id: string, file: string | null): Promise<Uint8Array>
}
