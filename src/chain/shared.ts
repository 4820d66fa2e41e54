/**
 * What the MTAs of a chain share.
 */
import type { JournalEvent, ReceivedEvent } from '../journal/event.js'
import type { Mailboxes } from '../mailbox/mailbox.js'
import type { QueueIds } from '../queue/ids.js'
import type { Spool } from '../queue/spool.js'
import type { Activity } from '../time/activity.js'
import type { Clock } from '../time/clock.js'
import type { Cargo, Flights } from './flights.js'
import type { Transcripts } from './transcripts.js'

export interface Shared {
  readonly clock: Clock
  /** What is in flight. */
  readonly activity: Activity
  readonly spool: Spool
  readonly ids: QueueIds
  readonly flights: Flights
  /** Null where nobody wants them. */
  readonly transcripts: Transcripts | null
  readonly mailboxes: Mailboxes
  /** The chain's zone: the name of an address, null where it has none. */
  readonly nameOf: (address: string) => string | null
  readonly record: (event: JournalEvent) => void
  /** As `record`, with what the client's socket carried. */
  readonly received: (event: ReceivedEvent, cargo: Cargo | null) => void
  /** Resolves once the journal has all that was recorded, or has failed to take it. */
  readonly journaled: () => Promise<void>
}
