/**
 * One copy of a message in a run: handed to the first MTA, waited for, checked.
 */
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { MessageVerdict } from '../check/types.js'
import { duration } from '../report/quantities.js'
import { type Destination, judgeArrivals, judgeMissing } from './arrival.js'
import type { Arrivals } from './arrivals.js'
import { Deadline } from './deadline.js'
import type { FoundEnvelope } from './envelope.js'
import { CommandFailure, reasonOf } from './exit.js'
import type { MessageFile } from './message-file.js'
import type { Handed, Sender } from './sender.js'

export interface Job {
  readonly file: MessageFile
  readonly envelope: FoundEnvelope
}

export interface Way {
  readonly sender: Sender
  readonly arrivals: Arrivals
  readonly destination: Omit<Destination, 'file'>
  /** Until a message must have arrived, ms. */
  readonly timeout: number
  /** Where delivered messages are written to. */
  readonly out?: string | undefined
  /** Nobody waits any more. */
  readonly signal: AbortSignal
}

export interface Arrived {
  /** Queue ids of the first MTA's copies; none where it took nothing in time. */
  readonly ids: readonly string[]
  /** One for each recipient; none once nobody waits any more. */
  readonly verdicts: readonly MessageVerdict[]
  /** From the first octet to the last delivery, or to the end of the wait, ms. */
  readonly took: number
}

export async function sendAndCheck({ file, envelope }: Job, way: Way): Promise<Arrived> {
  const started = performance.now()
  const deadline = new Deadline(way.timeout, way.signal)
  try {
    const handed = await deadline.or(way.sender.send(file.content, envelope))
    for (const id of handed?.ids ?? []) await deadline.or(way.arrivals.over(id))
    const took = performance.now() - started
    return {
      ids: handed?.ids ?? [],
      took,
      verdicts: way.signal.aborted ? [] : await judge(handed, { file, envelope }, way),
    }
  } finally {
    deadline.close()
  }
}

/** `handed` is null where even that took too long. */
async function judge(handed: Handed | null, { file, envelope }: Job, way: Way): Promise<MessageVerdict[]> {
  const { arrivals, out } = way
  const waited = duration(way.timeout)
  const destination: Destination = {
    ...way.destination,
    file: file.name,
    ...(out === undefined ? {} : { onContent: (content, id) => writeOut(out, file.name, id, content) }),
  }
  if (!handed) {
    return judgeMissing(new Map(envelope.to.map(to => [to, `not taken over yet, waited ${waited}`])), destination)
  }
  const { ids, missing } = handed
  const arrived = await Promise.all(ids.map(id => judgeArrivals(arrivals.history(id), destination, waited)))
  return [...arrived.flat(), ...judgeMissing(missing, destination)]
}

async function writeOut(folder: string, name: string, id: string, content: Buffer): Promise<void> {
  const path = join(folder, `${basename(name, '.eml').replaceAll(' ', '-')}.${id}.eml`)
  await writeFile(path, content).catch((error: unknown) => {
    throw new CommandFailure(3, `--out: ${path} can't be written: ${reasonOf(error)}`)
  })
}
