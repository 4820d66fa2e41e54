/**
 * The messages of a run, sent one after the other, and what is shown of each.
 */
import { basename } from 'node:path'
import type { MessageVerdict } from '../check/types.js'
import { explain } from '../report/explain.js'
import { count, duration, size } from '../report/quantities.js'
import { mapAtOnce } from './at-once.js'
import type { Output } from './output.js'
import { type Arrived, type Job, sendAndCheck, type Way } from './run-message.js'
import type { Stories } from './run-stories.js'
import { showFile } from './verdicts.js'

export interface Sending {
  readonly jobs: readonly Job[]
  readonly options: {
    /** Times each message is sent. */
    readonly count: number
    readonly json?: boolean
    readonly explain?: boolean
  }
  /** Null where nobody asked for them. */
  readonly stories: Stories | null
}

/** Copies of one file under way at once. */
const copiesAtOnce = 20

/** Of more messages each has a story without what was said. */
const mostDialogues = 3

/** One file after the other, so that delays tell; copies of one file at once. */
export async function sendAll(sending: Sending, way: Way, output: Output): Promise<MessageVerdict[]> {
  const all: MessageVerdict[] = []
  const { jobs, stories, options } = sending
  const { signal } = way
  const heard = new Set<string>()
  for (const job of jobs) {
    const teller = stories?.of(job, options.count)
    const arrived = await mapAtOnce(copies(job, options.count, signal), copiesAtOnce, async copy => {
      const one = await sendAndCheck(copy, way)
      await teller?.consider(one)
      return one
    })
    if (signal.aborted) break
    const verdicts = arrived.flatMap(copy => copy.verdicts)
    all.push(...verdicts)
    const message = teller?.message
    if (message) stories?.keep(message)
    if (options.json) continue
    showFile(verdicts.map(named), noteOf(job, arrived), output)
    if (!options.explain || !message) continue
    const { style, columns } = output
    const story = { ...message.story, file: basename(message.story.file) }
    output.write(`${explain(story, { style, columns, withDialogues: jobs.length <= mostDialogues, heard })}\n`)
  }
  return all
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
