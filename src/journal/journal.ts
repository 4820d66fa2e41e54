/**
 * Reading the journal: everything that happened to a message, found by any of its queue ids.
 */
import type { FaultEvent, MessageEvent, ReceivedEvent } from './event.js'

/** One message's copies in all MTAs, from the first one on. */
export interface MessageHistory {
  /** Each copy of the message, in the order they were received. More than one follow a copy where recipients were parted. */
  readonly received: readonly ReceivedEvent[]
  /** All events of these copies, in the order they happened. */
  readonly events: readonly MessageEvent[]
  /** Fault rules that these copies met at the next MTA, in the order they fired. */
  readonly faults: readonly FaultEvent[]
}

export interface Journal {
  /** Also by the queue id of a report about the message. Resolves with null where neither has that queue id. */
  history(id: string): Promise<MessageHistory | null>
  /**
   * By the Received field that one of the MTAs wrote, octet for octet, where that does not have the queue id in it. Of
   * several copies with the same one that with the smallest `misfit`, and of those the last. A journal without this can prove no
   * message whose fields have no ids.
   */
  historyOfStamp?(stamp: string, misfit: (event: ReceivedEvent) => number): Promise<MessageHistory | null>
}

/** Copies from the first MTA to the one with this id, oldest first. */
export function wayOf(history: MessageHistory, id: string): ReceivedEvent[] {
  const byId = new Map<string, ReceivedEvent>(history.received.map(event => [event.id, event]))
  const way: ReceivedEvent[] = []
  let event = byId.get(id)
  while (event && !way.includes(event)) {
    way.unshift(event)
    event = event.previous === null ? undefined : byId.get(event.previous)
  }
  return way
}
