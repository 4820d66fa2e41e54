/**
 * Journal events for tests.
 */
import type { BouncedEvent, DeliveredEvent, FaultEvent, ReceivedEvent, RelayedEvent } from '../../src/journal/event.js'
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

/** `previous`: the copy that met the rule. */
export function fault(previous: QueueId | null): FaultEvent {
  const client = { address: '127.0.0.1', port: 4711, helo: 'client.test' }
  const said = { action: 'reply', reply: '450 4.7.1 Greylisted', reversePath: null, recipients: ['b@example.test'] }
  return { event: 'fault', time, mta: 'mailbox', rule: 'mailbox-1', stage: 'rcpt', client, previous, ...said }
}

export function bounced(id: QueueId, report: QueueId): BouncedEvent {
  const about = { time, mta: 'gateway', id, recipients: ['b@example.test'], problem: '550 No' }
  return { event: 'bounced', ...about, report, digest: 'abc', to: 'a@example.test', by: 'mailbox' }
}
