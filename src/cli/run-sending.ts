/**
 * The messages of a run, sent one after the other, and what is shown of each.
 */
import { basename } from 'node:path'
import { expectedHop } from '../chain/expected-path.js'
import { alongWay, type Way as ExpectedWay } from '../check/expected-way.js'
import type { MessageVerdict } from '../check/types.js'
import type { ChainConfig } from '../config/types.js'
import { explain } from '../report/explain/explain.js'
import type { Judged, VerdictFormatName } from '../report/judged.js'
import { count, duration, size } from '../report/quantities.js'
import { mapAtOnce } from './at-once.js'
import type { Output } from './output.js'
import { type Arrived, type Job, sendAndCheck, type Way } from './run-message.js'
import type { Stories } from './run-stories.js'
import { showFile } from './verdicts.js'

export interface Sending {
  readonly config: ChainConfig
  readonly jobs: readonly Job[]
  readonly options: {
    /** Times each message is sent. */
    readonly count: number
    readonly explain?: boolean
    /** The way that each message must have taken. */
    readonly expect?: ExpectedWay
  }
  readonly reporting: { readonly format: VerdictFormatName }
  /** Null where nobody asked for them. */
  readonly stories: Stories | null
}

/** Copies of one file under way at once. */
const copiesAtOnce = 20

/** Of more messages each has a story without what was said. */
const mostDialogues = 3

/** One file after the other, so that delays tell; copies of one file at once. */
export async function sendAll(sending: Sending, way: Way, output: Output): Promise<Judged[]> {
  const all: Judged[] = []
  const { jobs, stories, options, reporting } = sending
  const { signal } = way
  const heard = new Set<string>()
  for (const job of jobs) {
    const teller = stories?.of(job, options.count)
    const arrived = await mapAtOnce(copies(job, options.count, signal), copiesAtOnce, async copy => {
      const one = along(await sendAndCheck(copy, way), sending)
      await teller?.consider(one)
      return one
    })
    if (signal.aborted) break
    const place = placeOf(job)
    all.push(...arrived.flatMap(({ took, verdicts }) => verdicts.map(verdict => ({ verdict, took, place }))))
    const message = teller?.message
    if (message) stories?.keep(message)
    if (reporting.format !== 'text') continue
    const shown = arrived.flatMap(({ verdicts }) => verdicts.map(named))
    showFile(shown, noteOf(job, arrived), output)
    if (!options.explain || !message) continue
    const { style, columns } = output
    const story = { ...message.story, file: basename(message.story.file) }
    output.write(`${explain(story, { style, columns, withDialogues: jobs.length <= mostDialogues, heard })}\n`)
  }
  return all
}

/** One that took another way than `--expect` says has not passed. */
function along(arrived: Arrived, { config, options: { expect } }: Sending): Arrived {
  if (!expect) return arrived
  const hops = config.mtas.map(expectedHop)
  return { ...arrived, verdicts: arrived.verdicts.map(verdict => alongWay(verdict, hops, expect)) }
}

/** The fields that are judged stand in the delivered message alone. */
function placeOf({ file: { place } }: Job): Judged['place'] {
  return place && { file: place.file, lines: [] }
}

/** As many as are wanted, for as long as somebody waits for them. */
function* copies(job: Job, wanted: number, signal: AbortSignal): Generator<Job> {
  for (let n = 0; n < wanted && !signal.aborted; n++) yield job
}

/** People know a fixture by its name; JSON has the whole path. */
function named(verdict: MessageVerdict): MessageVerdict {
  return { ...verdict, file: verdict.file && basename(verdict.file) }
}

function noteOf({ file, envelope }: Job, arrived: readonly Arrived[]): string {
  const to = envelope.to.length > 2 ? count(envelope.to.length, 'recipient') : envelope.to.join(', ')
  const longest = duration(Math.max(...arrived.map(({ took }) => took)))
  const time =
    arrived.length === 1 ? `in ${longest}` : `${count(arrived.length, 'copy', 'copies')}, each in ${longest} at most`
  return `${envelope.from ?? '<>'} → ${to}, ${size(file.content.length)} ${time}`
}
