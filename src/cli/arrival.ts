/**
 * From the journal's history of a message: whether each recipient's copy has come to its end, and the verdict on it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectedHop } from '../chain/expected-path.js'
import { mailboxFolderName } from '../chain/state.js'
import { check } from '../check/check.js'
import type { MessageVerdict } from '../check/types.js'
import { undelivered } from '../check/verdict.js'
import type { ChainConfig } from '../config/types.js'
import type { Journal, MessageHistory } from '../journal/journal.js'

import { CommandFailure } from './exit.js'
import { endOf, whereabouts } from './whereabouts.js'

/** Where messages go and how they are known there. */
export interface Destination {
  readonly config: ChainConfig
  readonly stateFolder: string
  readonly journal: Journal
  /** The message's file, as verdicts name it. */
  readonly file: string
  /** Told the octets of each copy that arrived. */
  onContent?(content: Buffer, id: string): Promise<void>
}

/** True once no recipient's copy is under way any more. */
export function isOver(history: MessageHistory): boolean {
  return recipientsOf(history).every(recipient => endOf(recipient, history) !== null)
}

function recipientsOf({ received }: MessageHistory): readonly string[] {
  return received[0]?.recipients ?? []
}

/** A verdict for each recipient that the first MTA took. `waited`: for what is under way still, as "30 s". */
export function judgeArrivals(
  history: MessageHistory,
  destination: Destination,
  waited: string,
): Promise<MessageVerdict[]> {
  return Promise.all(recipientsOf(history).map(recipient => judgeArrival(recipient, history, destination, waited)))
}

async function judgeArrival(
  recipient: string,
  history: MessageHistory,
  destination: Destination,
  waited: string,
): Promise<MessageVerdict> {
  const end = endOf(recipient, history)
  if (end?.event !== 'delivered') {
    const { mta, where } = whereabouts(recipient, history, destination.config)
    return notDelivered(recipient, mta, end ? where : `${where}, waited ${waited}`, destination)
  }
  const { config, stateFolder, journal, file } = destination
  if (end.file === null) {
    throw new CommandFailure(2, 'that chain keeps its mailboxes in memory: only its own process can check them')
  }
  const content = await readFile(join(stateFolder, mailboxFolderName, end.file))
  await destination.onContent?.(content, end.id)
  const reversePath = history.received[0]?.reversePath ?? null
  const expected = { hops: config.mtas.map(expectedHop), recipient, reversePath }
  return { ...(await check(content, expected, { journal, requireJournal: true })), file }
}

/** Verdicts on recipients whose copy did not get further than the first MTA. */
export function judgeMissing(
  missing: ReadonlyMap<string, string>,
  destination: Pick<Destination, 'config' | 'file'>,
): MessageVerdict[] {
  const first = destination.config.mtas[0]?.name ?? ''
  return Array.from(missing, ([recipient, why]) => notDelivered(recipient, first, `at ${first}: ${why}`, destination))
}

function notDelivered(
  recipient: string,
  mta: string,
  where: string,
  { config, file }: Pick<Destination, 'config' | 'file'>,
): MessageVerdict {
  const at = config.mtas.findIndex(({ name }) => name === mta)
  const problem = `not delivered to ${recipient}: ${where}`
  return { ...undelivered(recipient, problem, at === -1 ? null : at + 1), file }
}
