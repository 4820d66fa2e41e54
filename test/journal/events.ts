/**
 * Journal events for tests.
 */
import type { DeliveredEvent, ReceivedEvent, RelayedEvent } from '../../src/journal/event.js'
import type { QueueId } from '../../src/mail/envelope.js'
import { QueueIds } from '../../src/queue/ids.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'

const ids = new QueueIds(new MemorySpool().origin)

export function newId(): QueueId {
  return ids.next()
}

/** All of them in the same millisecond, unless said otherwise. */
const time = '2026-11-24T10:00:00.000Z'

export function received(id: QueueId, previous: QueueId | null = null, mta = 'gateway'): ReceivedEvent {
  return {
    event: 'received',
    time,
    mta,
    id,
    previous,
    client: { address: '127.0.0.1', port: 4711, helo: 'client.test' },
    protocol: 'ESMTP',
    reversePath: 'a@example.test',
    recipients: ['b@example.test'],
    size: 3,
    digest: 'abc',
    stamp: 'Received: by ü\r\n',
    reply: `250 2.0.0 Ok: queued as ${id}`,
  }
}

export function relayed(id: QueueId, reply = '250 Ok'): RelayedEvent {
  const to = { address: '127.0.0.2', port: 25 }
  return { event: 'relayed', time, mta: 'gateway', id, to, recipients: ['b@example.test'], reply }
}

export function delivered(id: QueueId): DeliveredEvent {
  return { event: 'delivered', time, mta: 'mailbox', id, recipient: 'b@example.test', file: null }
}
