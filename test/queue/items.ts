/**
 * Queue items and contents for tests.
 */
import { createHash } from 'node:crypto'
import { type Mailbox, parseMailbox } from '../../src/mail/address.js'
import type { QueueId } from '../../src/mail/envelope.js'
import type { QueueItem } from '../../src/queue/item.js'
import type { Spool } from '../../src/queue/spool.js'

export function mailbox(text: string): Mailbox {
  const read = parseMailbox(text)
  if (read === null) throw new Error(`not a mailbox: ${text}`)
  return read
}

/** An item that was just taken over, for b@example.test alone unless said otherwise. */
export function itemOf(id: QueueId, size: number, recipients: readonly string[] = ['b@example.test']): QueueItem {
  const mailboxes = recipients.map(mailbox)
  const receivedAt = new Date('2026-11-24T10:00:00.123Z')
  return {
    id,
    mta: 'gateway',
    envelope: {
      reversePath: mailbox('a@example.test'),
      recipients: mailboxes.map(each => ({ mailbox: each, notify: null, originalRecipient: null })),
      eightBit: false,
      smtpUtf8: false,
      ret: null,
      envelopeId: null,
    },
    recipients: mailboxes.map(each => ({ mailbox: each, state: 'queued' })),
    stamp: 'Received: by gateway.chain.test; Tue, 24 Nov 2026 10:00:00 +0000\r\n',
    size,
    eightBit: false,
    receivedAt,
    attempts: 0,
    nextAttemptAt: receivedAt,
    expiresAt: new Date('2026-11-29T10:00:00.123Z'),
    held: false,
  }
}

/** Writes a message, waiting where the spool asks for it. */
export async function commit(spool: Spool, item: QueueItem, chunks: Iterable<Uint8Array>): Promise<void> {
  const writer = spool.writer(item.id)
  for (const chunk of chunks) await writer.write(chunk)
  await writer.commit(item)
}

export function contentOf(spool: Spool, id: QueueId): Buffer {
  return Buffer.concat([...spool.content(id)])
}

/** Octets that are the same for the same text: its digest, repeated. */
export function octetsOf(text: string, size: number): Buffer {
  return Buffer.alloc(size, createHash('sha256').update(text).digest())
}
