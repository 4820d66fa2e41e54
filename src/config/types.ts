/**
 * A chain's configuration as everything else sees it: checked, defaults filled in, units resolved.
 * Sizes are octets, times are milliseconds.
 */
import type { Stage } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'
import type { FaultInput } from './fault-schema.js'
import type { Range, Rate } from './fault-units.js'

export interface Limits {
  /** Largest message taken, in octets; announced by SIZE (RFC 1870). */
  readonly messageSize: number
  /** Recipients of one transaction. */
  readonly recipients: number
  /** Received fields that a message may bring along (RFC 5321 6.3). */
  readonly hops: number
  /** Sessions open at once. */
  readonly connections: number
  /** Longest command line, CRLF included, in octets (RFC 5321 4.5.3.1.4). */
  readonly commandLength: number
  /** Error replies in one session; after them comes 421. Refused recipients count only beyond `recipients`, and 1,000. */
  readonly errors: number
  /** How long a session may last, ms. */
  readonly sessionTime: number
  /** How long a session may stay silent, ms (RFC 5321 4.5.3.2.7). */
  readonly idleTime: number
  /** Connections to the next MTA open at once. */
  readonly relayConnections: number
  /** An unused connection to the next MTA is closed after, ms. */
  readonly relayIdleTime: number
  /** How long connecting to the next MTA and its greeting may take, ms. */
  readonly connectTime: number
  /** How long a reply of the next MTA may take, ms. */
  readonly replyTime: number
  /** A larger message is returned with its header alone, octets. */
  readonly bounceSize: number
  /** How long stopping waits for what is in flight, ms. */
  readonly drainTime: number
}

export interface Retry {
  /** Waits before the second attempt, the third and so on, ms; the last one repeats. */
  readonly after: readonly number[]
  /** A message that is still queued so long after it was taken over is bounced, ms. */
  readonly expire: number
  /** Longest time between two probes of a next MTA that does not answer, ms. */
  readonly probe: number
  /** The sender of a message that is still queued so long after it was taken over is told, ms; null: never. */
  readonly warn: number | null
}

export interface JournalLimits {
  /** A larger journal file is moved aside, octets. */
  readonly size: number
  /** How many files that were moved aside are kept. */
  readonly keep: number
}

export interface ClockConfig {
  /** Where mail time begins; null: now. */
  readonly start: Date | null
  /** How many times faster than the machine's clock; "jump": at its pace, and on to what is due next where nothing is in flight. */
  readonly speed: number | 'jump'
}

/** What a rule does. `keep`: at `message`, the message is taken over before. */
export type FaultAction =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'drop' | 'reset' | 'stall'; readonly keep: boolean }
  | ({ readonly kind: 'delay' } & Range)
  /** Octets a second. */
  | { readonly kind: 'throttle'; readonly rate: number }
  | { readonly kind: 'hide'; readonly extensions: readonly string[] }

/** Patterns, in which * stands for anything; what is not given fits everything. */
export interface FaultMatch {
  readonly client?: string | undefined
  readonly helo?: string | undefined
  readonly sender?: string | undefined
  readonly recipient?: string | undefined
  readonly header?: Readonly<Record<string, string>> | undefined
  readonly size: Range | null
}

/** When a rule that fits is due; null is always. */
export interface FaultConditions {
  readonly first: number | null
  readonly attempts: readonly number[] | null
  readonly probability: number | null
  readonly rate: Rate | null
  readonly greylist: number | null
  /** Instants of mail time. */
  readonly from: number | null
  readonly until: number | null
}

export interface FaultRule {
  readonly at: Stage
  readonly action: FaultAction
  readonly match: FaultMatch
  readonly when: FaultConditions
  /** The rule as it was written. */
  readonly written: FaultInput
}

export interface MtaConfig {
  readonly name: string
  /**
   * Where it listens and from where it relays, in canonical form: `::ffff:127.0.0.2` is kept as `127.0.0.2`, whose
   * socket it is.
   */
  readonly address: string
  /** 0 is a free port. */
  readonly port: number
  readonly hostname: string
  /** Patterns of the recipients that it takes, as `*@example.test`; null takes everything. */
  readonly recipients: readonly string[] | null
  readonly limits: Limits
  readonly retry: Retry
  /** How far its clock is ahead of mail time, ms; negative: behind. */
  readonly skew: number
  /** The zone in which it writes dates, as "+0530". */
  readonly zone: string
  /** A dialect's name or a template: how its stamps look. */
  readonly stamp: string
  /** The first that fits and is due fires. */
  readonly faults: readonly FaultRule[]
  /** Where reports go: `mailbox`, that of the reverse-path, at once; `route`, on through the MTAs that follow. */
  readonly bounces: 'mailbox' | 'route'
}

export interface ChainConfig {
  readonly domain: string
  /** What is left to chance is drawn from it: the same seed gives the same run. */
  readonly seed: number
  /** In travel order: each relays to the next, the last one delivers. */
  readonly mtas: readonly MtaConfig[]
  readonly spool: 'disk' | 'memory'
  readonly mailbox: 'maildir' | 'memory'
  readonly journal: JournalLimits
  /** Mail time; null: the machine's clock. */
  readonly clock: ClockConfig | null
}
