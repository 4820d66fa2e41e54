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
import type { Sender } from './sender.js'

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

/** A verdict for each recipient. */
export async function sendAndCheck({ file, envelope }: Job, way: Way): Promise<MessageVerdict[]> {
  const { sender, arrivals, timeout, out } = way
  const destination: Destination = {
    ...way.destination,
    file: file.name,
    ...(out === undefined ? {} : { onContent: (content, id) => writeOut(out, file.name, id, content) }),
  }
  const waited = duration(timeout)
  const deadline = new Deadline(timeout, way.signal)
  try {
    const handed = await deadline.or(sender.send(file.content, envelope))
    if (!handed) return judgeMissing(new Map(envelope.to.map(to => [to, `not taken over yet, waited ${waited}`])), destination)
    if (handed.id !== null) await deadline.or(arrivals.over(handed.id))
    return [
      ...(handed.id === null ? [] : await judgeArrivals(arrivals.history(handed.id), destination, waited)),
      ...judgeMissing(handed.missing, destination),
    ]
  } finally {
    deadline.close()
  }
}

async function writeOut(folder: string, name: string, id: string, content: Buffer): Promise<void> {
  const path = join(folder, `${basename(name, '.eml').replaceAll(' ', '-')}.${id}.eml`)
  await writeFile(path, content).catch((error: unknown) => {
    throw new CommandFailure(3, `--out: ${path} can't be written: ${reasonOf(error)}`)
  })
}
