/**
 * What each MTA really did, in order: the ground truth beside the message.
 */
import type { QueueId, Stage } from '../mail/envelope.js'

interface Happening {
  /** Mail time, ISO 8601 with milliseconds, UTC. */
  readonly time: string
  /** The MTA's name in chain.json. */
  readonly mta: string
}

export interface Peer {
  readonly address: string
  readonly port: number
}

export interface Client extends Peer {
  /** What the client said in HELO or EHLO, verbatim; null before it. */
  readonly helo: string | null
}

/** The MTA has taken the message over: it is in the spool, and 250 goes out. */
export interface ReceivedEvent extends Happening {
  readonly event: 'received'
  readonly id: QueueId
  /** Id of the copy it came from, where an MTA of this chain sent it. Known from the socket, not from what the client says. */
  readonly previous: QueueId | null
  readonly client: Client
  /** The protocol type really spoken (RFC 3848, RFC 6531). */
  readonly protocol: string
  readonly reversePath: string | null
  readonly recipients: readonly string[]
  /** Octets of the content as it was received. */
  readonly size: number
  /** SHA-256 of the content as it was received, hexadecimal. */
  readonly digest: string
  /** The Received field that was put in front, as it stands there; with the empty line where one was added. */
  readonly stamp: string
  readonly reply: string
}

/** The MTA did not take something: a command, a recipient or a whole message. */
export interface RefusedEvent extends Happening {
  readonly event: 'refused'
  readonly stage: Stage
  readonly client: Client
  readonly reversePath: string | null
  readonly recipients: readonly string[]
  readonly reply: string
}

/**
 * A fault rule has fired. What a rule replies stands here alone: there is no `refused` beside it.
 */
export interface FaultEvent extends Happening {
  readonly event: 'fault'
  /** Which rule, as `chain.faults.list()` names it. */
  readonly rule: string
  readonly stage: Stage
  readonly client: Client
  /** The client's copy, where an MTA of this chain sends it. Known from the socket; null before MAIL. */
  readonly previous: QueueId | null
  readonly reversePath: string | null
  readonly recipients: readonly string[]
  /** As `reply`, `drop`, `delay 200ms`. */
  readonly action: string
  /** What the rule replied; null where it did something else. */
  readonly reply: string | null
}

/** The next MTA has taken the message over for these recipients. */
export interface RelayedEvent extends Happening {
  readonly event: 'relayed'
  readonly id: QueueId
  readonly to: Peer
  readonly recipients: readonly string[]
  readonly reply: string
}

/** The last MTA has put the message into a mailbox. */
export interface DeliveredEvent extends Happening {
  readonly event: 'delivered'
  readonly id: QueueId
  readonly recipient: string
  /** File of the message below the mailbox folder; null where the mailbox is in memory. */
  readonly file: string | null
}

/** Not handed on now: it will be tried again. With no attempt made its next MTA does not answer, and it waits for that. */
export interface DeferredEvent extends Happening {
  readonly event: 'deferred'
  readonly id: QueueId
  readonly recipients: readonly string[]
  readonly problem: string
  readonly attempts: number
  readonly nextAttemptAt: string
}

/** Refused for good, or expired. */
export interface FailedEvent extends Happening {
  readonly event: 'failed'
  readonly id: QueueId
  readonly recipients: readonly string[]
  readonly problem: string
}

/** Somebody held the message in the queue, released it, or dropped it. */
export interface QueueEvent extends Happening {
  readonly event: 'held' | 'released' | 'dropped'
  readonly id: QueueId
  /** Those that it was still for. */
  readonly recipients: readonly string[]
}

/** The sender of what has failed was told, or is not to be told. */
export interface BouncedEvent extends Happening {
  readonly event: 'bounced'
  readonly id: QueueId
  readonly recipients: readonly string[]
  readonly problem: string
  /** Queue id of the report; null where there is none. */
  readonly report: QueueId | null
  /** SHA-256 of the report's content, hexadecimal; null where there is none. */
  readonly digest: string | null
  /** Whom the report is for; null where there is none. */
  readonly to: string | null
  /** Whether the report goes into that mailbox here, or on through the MTAs that follow. */
  readonly by: 'mailbox' | 'route' | null
}

/** The sender was told of a delay, or of a delivery. */
export interface ReportedEvent extends Happening {
  readonly event: 'reported'
  readonly id: QueueId
  readonly recipients: readonly string[]
  readonly action: 'delayed' | 'delivered' | 'relayed'
  readonly report: QueueId
  /** SHA-256 of the report's content, hexadecimal. */
  readonly digest: string
  readonly to: string
  readonly by: 'mailbox' | 'route'
}

/** Something in the spool could not be read: it is kept aside. */
export interface SetAsideEvent extends Happening {
  readonly event: 'set-aside'
  readonly key: string
  readonly reason: string
}

export type JournalEvent =
  | ReceivedEvent
  | RefusedEvent
  | FaultEvent
  | RelayedEvent
  | DeliveredEvent
  | DeferredEvent
  | FailedEvent
  | QueueEvent
  | BouncedEvent
  | ReportedEvent
  | SetAsideEvent

/** Events that belong to one copy of a message. */
export type MessageEvent = Extract<JournalEvent, { readonly id: QueueId }>
