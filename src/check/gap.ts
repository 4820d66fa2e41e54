/**
 * What a journal lost: where it could not be written, or its oldest file is gone, a copy's receipt is missing though other
 * events tell that there was one. Nothing can be proved from such a way, and nothing may be denied.
 */
import type { ReceivedEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import { finding } from './finding.js'
import type { ExpectedPath, Finding } from './types.js'

export interface Gap {
  /** The copy on this side of the receipt that is missing. */
  readonly beside: ReceivedEvent
  readonly side: 'before' | 'after'
}

/** The first receipt that is missing on this way; null where none is. */
export function gapIn({ received, events }: MessageHistory, way: readonly ReceivedEvent[]): Gap | null {
  const [first] = way
  if (first && first.previous !== null) return { beside: first, side: 'before' }
  const beside = way.find(({ id }) => followed(received, id) < handedOn(events, id))
  return beside ? { beside, side: 'after' } : null
}

function followed(received: MessageHistory['received'], id: string): number {
  return received.filter(({ previous }) => previous === id).length
}

/** The next MTA has journaled its copy before it says that it took it. */
function handedOn(events: MessageHistory['events'], id: string): number {
  return events.filter(({ event, id: of }) => event === 'relayed' && of === id).length
}

/** A warning: the message is judged by itself. An error where the journal's proof was asked for. */
export function gapFinding({ beside, side }: Gap, { hops }: ExpectedPath, requireJournal: boolean): Finding {
  const at = hops.findIndex(({ mta }) => mta === beside.mta)
  const subject = { position: at === -1 ? null : at + 1, field: null }
  const message = `The journal has lost a receipt ${side} that of ${beside.mta}: the message is judged without it.`
  const severity = requireJournal ? 'error' : 'warning'
  return { ...finding('queue-id', subject, { expected: null, found: beside.id }, message), severity }
}
