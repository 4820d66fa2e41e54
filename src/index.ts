/**
 * The library's public exports.
 */
export { startChain, type StartOptions } from './chain/start.js'
// the type alone: startChain makes them
export type { Chain, DeliveredMail, Sent } from './chain/chain.js'
export type { Leftovers } from './chain/launch.js'
export type { FileMail, Mail, MailEnvelope, RawMail } from './chain/compose.js'
export type { AwaitedEvent, EventFilter, EventOf } from './chain/event-filter.js'
export type { ObservedMta, ReceivedMessage } from './chain/observed-mta.js'
export type { TranscriptLine } from './chain/transcripts.js'
export type { WaitFilter } from './chain/wait-filter.js'
export { WaitError } from './chain/waiting.js'
export { StartError, type StartProblem } from './chain/problem.js'
export type { ClockControl } from './chain/clock-control.js'
export type { DestinationStatus, QueueFilter, QueueResult, Queues } from './chain/queues.js'
export { UndeliveredError } from './chain/submission.js'
export type { AddedFault, Faults, ListedFault } from './fault/faults.js'
export { check } from './check/check.js'
export type {
  CheckOptions,
  Evidence,
  ExpectedHop,
  ExpectedPath,
  Finding,
  FindingCode,
  Hop,
  MessageVerdict,
  Severity,
  Verdict,
} from './check/types.js'
export { together } from './check/verdict.js'
export type { FaultInput } from './config/fault-schema.js'
export type { ChainInput } from './config/schema.js'
export type { Mistake } from './config/mistake.js'
export type { StampName } from './mail/stamp-name.js'
export type { FaultEvent, JournalEvent, MessageEvent, ReceivedEvent } from './journal/event.js'
export type { Journal, MessageHistory } from './journal/journal.js'
export type { EventLog, NumberedEvent } from './journal/log.js'
export type { QueueItem, RecipientState } from './queue/item.js'
export type { QueueCounts, QueuedMessage, QueueState } from './queue/list.js'
export type { MailboxContents, StoredMessage } from './mailbox/mailbox.js'
export type { Clock } from './time/clock.js'
export { readReceived } from './trace/received.js'
export { readTrace, type TraceOptions } from './trace/trace.js'
export type {
  AddressScope,
  Oddity,
  Received,
  ReceivedBy,
  ReceivedDate,
  ReceivedFrom,
  ReceivedIssue,
  ReceivedTls,
  ReceivedWith,
  RepeatedClause,
  Trace,
  TraceHop,
  TrustBoundary,
} from './trace/types.js'
