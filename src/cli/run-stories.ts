/**
 * What `run --explain` and `--report` tell: the story of each message, made as soon as it is over, while what was said is
 * still kept and the mailboxes are still there.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Chain } from '../chain/chain.js'
import { mailboxFolderName } from '../chain/state.js'
import type { DeliveredEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import { splitLargeHeader } from '../mail/header.js'
import type { PageMta } from '../report/page/words.js'
import { storyOf } from '../report/story/story.js'
import type { StoryMail, ToldMessage } from '../report/story/types.js'
import type { Destination } from './arrival.js'
import type { Arrivals } from './arrivals.js'
import { Deadline } from './deadline.js'
import type { Arrived, Job } from './run-message.js'

/** More stories than these are not kept; of messages that failed as many more. */
const mostTold = 200
/** Copies of a message that came to its mailboxes in different ways. */
const mostMails = 5
/** How long the last replies are waited for, ms. */
const patience = 1_000

export interface StorySources {
  readonly chain: Chain
  readonly arrivals: Arrivals
  readonly destination: Pick<Destination, 'config' | 'stateFolder'>
  readonly signal: AbortSignal
}

export class Stories {
  readonly #sources: StorySources
  readonly #told: ToldMessage[] = []
  #untold = 0

  constructor(sources: StorySources) {
    this.#sources = sources
  }

  /** In the order the messages were sent. */
  get told(): readonly ToldMessage[] {
    return this.#told
  }

  /** Messages whose stories are not kept. */
  get untold(): number {
    return this.#untold
  }

  /** The chain, as a page draws it. */
  get mtas(): PageMta[] {
    return this.#sources.chain.mtas.map(({ config: { name, hostname, address, stamp, skew, faults }, port }) => {
      return { name, hostname, address, port, stamp, skew, faults: faults.length }
    })
  }

  /** For one message, however often it is sent. */
  of(job: Job, copies: number): CopyTeller {
    return new CopyTeller(job, copies, this.#sources)
  }

  keep(message: ToldMessage): void {
    const failed = this.#told.filter(({ story }) => story.verdict === 'fail').length
    const hasRoom = message.story.verdict === 'fail' ? failed < mostTold : this.#told.length - failed < mostTold
    if (hasRoom) this.#told.push(message)
    else this.#untold++
  }
}

/** Tells of the first copy of a message, or of the first one that failed. */
export class CopyTeller {
  readonly #job: Job
  readonly #copies: number
  readonly #sources: StorySources
  readonly #sent: Date
  #message: ToldMessage | null = null
  /** Of the copy that is told of: 2 it failed, 1 it passed, 0 there is none yet. */
  #worth = 0

  constructor(job: Job, copies: number, sources: StorySources) {
    this.#job = job
    this.#copies = copies
    this.#sources = sources
    this.#sent = sources.chain.clock.now()
  }

  /** Null where no copy came to its end. */
  get message(): ToldMessage | null {
    return this.#message
  }

  async consider({ ids, verdicts }: Arrived): Promise<void> {
    const worth = verdicts.some(({ verdict }) => verdict === 'fail') ? 2 : Math.min(verdicts.length, 1)
    if (worth <= this.#worth) return
    // at once, not when its story is there: copies come to their ends at the same time
    this.#worth = worth
    const { chain, arrivals, signal, destination } = this.#sources
    const deadline = new Deadline(patience, signal)
    await deadline.or(chain.idle())
    deadline.close()
    const history = together(ids.map(id => arrivals.history(id)))
    const { file, envelope } = this.#job
    const story = storyOf({
      file: file.name,
      copies: this.#copies,
      from: envelope.from,
      to: envelope.to,
      size: file.content.length,
      sent: this.#sent,
      history,
      faults: chain.events.after(0).flatMap(({ event }) => (event.event === 'fault' ? [event] : [])),
      mtas: chain.mtas.map(({ config: { name, address } }) => ({ name, address })),
      linesOf: name => chain.mta(name).transcript,
      verdicts,
    })
    const mails = await mailsOf(history, destination)
    if (worth === this.#worth) this.#message = { story, verdicts, mails }
  }
}

/** Where the first MTA took the recipients in several transactions. */
function together(histories: readonly MessageHistory[]): MessageHistory {
  return {
    received: histories.flatMap(({ received }) => received),
    events: histories.flatMap(({ events }) => events),
    faults: histories.flatMap(({ faults }) => faults),
  }
}

/** The headers that are in the mailboxes, one for each copy. */
async function mailsOf({ events }: MessageHistory, { stateFolder }: StorySources['destination']): Promise<StoryMail[]> {
  const byCopy = new Map<string, DeliveredEvent[]>()
  for (const event of events) {
    if (event.event !== 'delivered') continue
    const alike = byCopy.get(event.id)
    if (alike) alike.push(event)
    else byCopy.set(event.id, [event])
  }
  const mails = Array.from(byCopy, async ([id, deliveries]): Promise<StoryMail[]> => {
    const file = deliveries[0]?.file
    if (typeof file !== 'string') return []
    const content = await readFile(join(stateFolder, mailboxFolderName, file))
    // not the whole of a message of many megabytes
    const header = Buffer.from(content.subarray(0, splitLargeHeader(content).header.end))
    return [{ id, recipients: deliveries.map(({ recipient }) => recipient), header, size: content.length }]
  })
  return (await Promise.all(mails.slice(0, mostMails))).flat()
}
