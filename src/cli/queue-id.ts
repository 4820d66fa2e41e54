/**
 * Queue ids as somebody types them.
 */
import { isQueueId, type QueueId } from '../mail/envelope.js'
import { CommandFailure } from './exit.js'

export function queueId(text: string): QueueId {
  // case tells ids of other programs apart; ours have one case
  for (const id of [text, text.toUpperCase()]) if (isQueueId(id)) return id
  throw new CommandFailure(2, `${text}: expected a queue id, as 7QJ2M4XKZ9 (mta-chain queue list shows them)`)
}
