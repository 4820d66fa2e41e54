/**
 * Messages to deliver, and what lies in a Maildir.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Delivery } from '../../src/mailbox/mailbox.js'
import { QueueIds } from '../../src/queue/ids.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { mailbox } from '../queue/items.js'

const ids = new QueueIds(new MemorySpool().origin)

/** With a queue id of its own, unless one is given. */
export function delivery(recipient: string, content: string | (() => Iterable<Uint8Array>), id = ids.next()): Delivery {
  return {
    id,
    recipient: mailbox(recipient),
    reversePath: mailbox('a@example.test'),
    hostname: 'mailbox.chain.test',
    receivedAt: new Date('2026-11-24T10:00:00.123Z'),
    content: typeof content === 'string' ? () => [Buffer.from(content)] : content,
  }
}

/** Files of a mailbox, by folder; null where it has no such folder. */
export function filesIn(mailboxFolder: string): Record<string, string[] | null> {
  const list = (folder: string): string[] | null => {
    try {
      return readdirSync(join(mailboxFolder, folder))
    } catch {
      return null
    }
  }
  return { tmp: list('tmp'), new: list('new'), cur: list('cur') }
}
