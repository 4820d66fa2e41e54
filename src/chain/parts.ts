/**
 * What a chain is made of beside its MTAs, and what it is told to be.
 */
import type { ChainConfig } from '../config/types.js'
import type { JournalEvent } from '../journal/event.js'
import { EventLog } from '../journal/log.js'
import { Activity } from '../time/activity.js'
import type { Clock } from '../time/clock.js'
import { makeClock } from './clock-control.js'
import { Flights } from './flights.js'
import type { Surroundings } from './launch.js'
import type { State } from './state.js'
import { Tracker } from './tracker.js'
import { Transcripts } from './transcripts.js'

export interface ChainOptions {
  /** Holds spool, mailboxes and journal; null keeps everything in memory. */
  readonly folder: string | null
  /** Mail time, whatever the configuration says of it. */
  readonly clock?: Clock
  /** Keeps what `mta(name).transcript` and the contents of `received` show: the newest of it, in memory. Default: false. */
  readonly transcripts?: boolean
  /** Told every event, in order, with its number in `chain.events`. */
  readonly onEvent?: (event: JournalEvent, number: number) => void
}

export interface Parts extends Surroundings {
  readonly events: EventLog
}

/** Events that are kept in memory at least. */
const eventsKept = 10_000

/** Whatever happens goes to the journal, to who looks back, and to who listens, in this order. */
export function makeParts(
  config: ChainConfig,
  state: State,
  { clock: given, transcripts, onEvent }: ChainOptions,
): Parts {
  const [events, activity, flights] = [new EventLog(eventsKept), new Activity(), new Flights()]
  const clock = makeClock(config.clock, given, activity)
  return {
    state,
    clock,
    activity,
    flights,
    events,
    tracker: new Tracker(),
    transcripts: transcripts ? new Transcripts(clock, flights) : null,
    record(event) {
      state.append(event)
      events.append(event)
      if (onEvent) tell(onEvent, event, events.last)
    },
  }
}

/** A listener that throws must not make the MTA doubt what it has done. */
function tell(onEvent: NonNullable<ChainOptions['onEvent']>, event: JournalEvent, number: number): void {
  try {
    onEvent(event, number)
  } catch (error) {
    process.emitWarning(`onEvent threw: ${error instanceof Error ? error.message : String(error)}`)
  }
}
