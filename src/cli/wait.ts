/**
 * `send --wait`: follows the running chain's journal until the message has arrived, then checks it.
 */
import { existsSync } from 'node:fs'
import { follow } from '../journal/follow.js'
import type { MessageHistory } from '../journal/journal.js'
import { JournalReader } from '../journal/reader.js'
import type { MessageVerdict } from '../check/types.js'
import { duration } from '../report/quantities.js'
import { isOver, judgeArrivals, judgeMissing } from './arrival.js'
import type { ChainFile } from './chain-file.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import type { Output } from './output.js'
import type { Handed } from './sender.js'
import { conclude, showFile } from './verdicts.js'
import { endsAny } from './whereabouts.js'

export interface WaitOptions extends ChainFile {
  /** The message's file, as verdicts name it. */
  readonly file: string
  /** How long is waited, ms; `over` aborts then. */
  readonly timeout: number
  readonly over: AbortSignal
  readonly json?: boolean
}

/** A verdict for each recipient, those that the server did not take included. */
export async function waitForVerdict(handed: Handed, options: WaitOptions, output: Output): Promise<ExitStatus> {
  const verdicts = [...(await arrivals(handed, options)), ...judgeMissing(handed.missing, options)]
  const recipients = [...handed.outcomes.keys()]
  if (!options.json) showFile(verdicts, recipients.join(', '), output)
  return conclude(verdicts, options, output)
}

async function arrivals({ ids }: Handed, options: WaitOptions): Promise<MessageVerdict[]> {
  const [first] = ids
  if (first === undefined) return []
  if (!existsSync(options.stateFolder)) throw new CommandFailure(2, unknown(first, options))
  const journal = new JournalReader(options.stateFolder)
  const waited = duration(options.timeout)
  const verdicts: MessageVerdict[] = []
  for (const id of ids) {
    const history = await ended(id, journal, options)
    if (!history) throw new CommandFailure(2, unknown(id, options))
    verdicts.push(...(await judgeArrivals(history, { ...options, journal }, waited)))
  }
  return verdicts
}

function unknown(id: string, { stateFolder }: WaitOptions): string {
  return `the journal in ${stateFolder} does not know ${id}: does that chain run there?`
}

/** The message's history once every recipient's copy has come to an end, or when the time is over. */
async function ended(
  id: string,
  journal: JournalReader,
  { stateFolder, over }: WaitOptions,
): Promise<MessageHistory | null> {
  const known = await journal.history(id)
  if (known && isOver(known)) return known
  for await (const event of follow(journal, stateFolder, over)) {
    if (!endsAny(event)) continue
    const history = await journal.history(id)
    if (history && isOver(history)) return history
  }
  return journal.history(id)
}
