/**
 * Journal events as MTAs write them, for one message from a@example.test.
 */
import type { JournalEvent, ReceivedEvent } from '../../src/journal/event.js'
import { isQueueId, type QueueId } from '../../src/mail/envelope.js'

const time = '2026-11-24T10:00:00.000Z'

export function queueId(text: string): QueueId {
  const id = text.padEnd(10, '0')
  if (!isQueueId(id)) throw new Error(`no queue id: ${id}`)
  return id
}

export function received(mta: string, id: QueueId, recipients: readonly string[]): ReceivedEvent {
  return {
    event: 'received',
    time,
    mta,
    id,
    previous: null,
    client: { address: '127.0.0.1', port: 40_000, helo: 'client.test' },
    protocol: 'ESMTP',
    reversePath: 'a@example.test',
    recipients,
    size: 10,
    digest: '',
    stamp: '',
    reply: '250 2.0.0 Ok',
  }
}

export function failed(mta: string, id: QueueId, recipients: readonly string[], problem: string): JournalEvent {
  return { event: 'failed', time, mta, id, recipients, problem }
}

export function deferred(mta: string, id: QueueId, recipients: readonly string[], problem: string): JournalEvent {
  return { event: 'deferred', time, mta, id, recipients, problem, attempts: 1, nextAttemptAt: time }
}

export function delivered(mta: string, id: QueueId, recipient: string, file: string | null = null): JournalEvent {
  return { event: 'delivered', time, mta, id, recipient, file }
}
