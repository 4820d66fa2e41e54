/**
 * The journal's event of a message that was taken over: told before the 250, and once more at a start where a kill fell
 * between the commit and the journal.
 */
import type { JournalEvent, ReceivedEvent } from '../journal/event.js'
import { formatReply, type Reply, reply } from '../mail/reply.js'
import type { Origin, QueueItem } from '../queue/item.js'
import type { LeftMessage } from '../queue/spool.js'
import type { State } from './state.js'

/** RFC 5321 4.2.5: with it the message is this MTA's. */
export function queuedAs(id: string): Reply {
  return reply(250, '2.0.0', `Ok: queued as ${id}`)
}

export function receivedEvent(item: QueueItem, { previous, client, protocol, digest }: Origin): ReceivedEvent {
  return {
    event: 'received',
    time: item.receivedAt.toISOString(),
    mta: item.mta,
    id: item.id,
    previous,
    client,
    protocol,
    reversePath: item.envelope.reversePath,
    recipients: item.envelope.recipients.map(({ mailbox }) => mailbox),
    size: item.size,
    digest,
    stamp: item.stamp,
    reply: formatReply(queuedAs(item.id)),
  }
}

/** Records again what the journal does not know of the messages that an earlier start left; never rejects. */
export async function recordLost(
  messages: readonly LeftMessage[],
  { receivedOf, spool }: Pick<State, 'receivedOf' | 'spool'>,
  record: (event: JournalEvent) => void,
): Promise<void> {
  if (messages.length === 0) return
  // a journal that can't be read does not stop the mail
  const known = await receivedOf(new Set(messages.map(({ id }) => id))).catch(() => null)
  if (!known) return
  for (const { id } of messages) {
    if (known.has(id)) continue
    const item = spool.item(id)
    if (!('unreadable' in item) && item.origin) record(receivedEvent(item, item.origin))
  }
}
