/**
 * `send --wait`: follows the running chain's journal until the message has arrived, then checks it.
 */
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { check } from '../check/check.js'
import type { MessageVerdict } from '../check/types.js'
import { together, undelivered } from '../check/verdict.js'
import { mailboxFolderName } from '../chain/state.js'
import type { ChainConfig } from '../config/types.js'
import type { DeliveredEvent, FailedEvent, MessageEvent } from '../journal/event.js'
import { follow } from '../journal/follow.js'
import type { MessageHistory } from '../journal/journal.js'
import { JournalReader } from '../journal/reader.js'
import { formatMessage, formatSummary } from '../report/verdict.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import type { Output } from './output.js'

export interface WaitOptions {
  /** Queue id that the first MTA gave. */
  readonly id: string
  readonly file: string
  readonly config: ChainConfig
  readonly stateFolder: string
  readonly timeout: number
  readonly json: boolean
}

export async function waitForVerdict(options: WaitOptions, output: Output): Promise<ExitStatus> {
  const reader = new JournalReader(options.stateFolder)
  const history = await arrived(reader, options)
  if (!history)
    throw new CommandFailure(
      1,
      `the journal of ${options.stateFolder} does not know ${options.id}: does that chain run there?`,
    )
  const verdicts = await Promise.all(
    recipientsOf(history).map(recipient => verdictFor(recipient, history, reader, options)),
  )
  const verdict = together(verdicts)
  if (options.json) output.json(verdict)
  else {
    for (const message of verdicts)
      output.write(`${formatMessage({ verdict: message, note: message.recipient ?? '' }, output.style)}\n`)
    output.write(formatSummary(verdict, null, output.style))
  }
  return verdict.verdict === 'pass' ? 0 : 1
}

/** The message's history once every recipient's copy has come to an end, or when the time is over. */
async function arrived(
  reader: JournalReader,
  { id, stateFolder, timeout }: WaitOptions,
): Promise<MessageHistory | null> {
  const signal = AbortSignal.timeout(timeout)
  let history = await reader.history(id)
  if (history && isOver(history)) return history
  for await (const event of follow(reader, stateFolder, signal)) {
    if (event.event !== 'delivered' && event.event !== 'failed') continue
    history = await reader.history(id)
    if (history && isOver(history)) return history
  }
  return reader.history(id)
}

function isOver(history: MessageHistory): boolean {
  return recipientsOf(history).every(recipient => endOf(recipient, history) !== undefined)
}

function recipientsOf({ received }: MessageHistory): readonly string[] {
  return received[0]?.recipients ?? []
}

function endOf(recipient: string, { events }: MessageHistory): DeliveredEvent | FailedEvent | undefined {
  return events.find((event): event is DeliveredEvent | FailedEvent => {
    if (event.event === 'delivered') return event.recipient === recipient
    return event.event === 'failed' && event.recipients.includes(recipient)
  })
}

async function verdictFor(
  recipient: string,
  history: MessageHistory,
  journal: JournalReader,
  { config, stateFolder, file }: WaitOptions,
): Promise<MessageVerdict> {
  const end = endOf(recipient, history)
  if (end?.event !== 'delivered') {
    return { ...undelivered(recipient, whereabouts(recipient, history.events)), file }
  }
  if (end.file === null)
    throw new CommandFailure(2, 'that chain keeps its mailboxes in memory: they can only be checked in its process')
  const content = await readFile(join(stateFolder, mailboxFolderName, end.file))
  const hops = config.mtas.map(({ name, hostname, address }) => ({ mta: name, hostname, address }))
  const reversePath = history.received[0]?.reversePath ?? null
  return { ...(await check(content, { hops, recipient, reversePath }, { journal, requireJournal: true })), file }
}

function whereabouts(recipient: string, events: readonly MessageEvent[]): string {
  const last = events.findLast(event => 'recipients' in event && event.recipients.includes(recipient))
  if (!last) return `not delivered to ${recipient}`
  const why = 'problem' in last ? last.problem : 'queued'
  return `not delivered to ${recipient}: at ${last.mta}: ${why}`
}
