/**
 * `run`: starts the chain, sends, waits for delivery, checks, prints, stops.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Chain, Sent } from '../chain/chain.js'
import { type Delivered, UndeliveredError } from '../chain/submission.js'
import { check } from '../check/check.js'
import type { MessageVerdict } from '../check/types.js'
import { together, undelivered } from '../check/verdict.js'
import { drawChain } from '../report/chain.js'
import { count, duration, size } from '../report/style.js'
import { formatMessage, formatSummary } from '../report/verdict.js'
import { readChainFile, startChainOrFail } from './chain-file.js'
import { type EnvelopeOptions, type FoundEnvelope, findEnvelope } from './envelope.js'
import type { ExitStatus } from './exit.js'
import { type MessageFile, readMessageFiles, toCrlf } from './message-file.js'
import type { Output } from './output.js'
import { within } from './within.js'

export interface RunOptions extends EnvelopeOptions {
  readonly chain: string
  /** Times each message is sent. */
  readonly count: number
  /** Until a message must have arrived, ms. */
  readonly timeout: number
  /** Where delivered messages are written to. */
  readonly out?: string
  /** The run's state is not removed at the end. */
  readonly keep: boolean
  readonly json: boolean
}

interface Job {
  readonly file: MessageFile
  readonly envelope: FoundEnvelope
}

interface Result {
  readonly verdicts: readonly MessageVerdict[]
  readonly note: string
}

export async function run(paths: readonly string[], options: RunOptions, output: Output): Promise<ExitStatus> {
  const started = performance.now()
  const { config, stateFolder } = await readChainFile(options.chain)
  const files = (await readMessageFiles(paths.length > 0 ? paths : [ownMessages()])).map(toCrlf)
  const jobs = files.map(file => ({ file, envelope: findEnvelope(file.content, options) }))
  const folder = join(stateFolder, `run-${Date.now().toString(36)}-${process.pid}`)
  const chain = await startChainOrFail(config, { folder })
  try {
    if (!options.json) {
      output.write(
        `${drawChain(
          chain.mtas.map(({ config: mta, port }) => ({ ...mta, port })),
          output.style,
        )}\n`,
      )
    }
    const verdicts = await runAll(chain, jobs, options, output)
    const verdict = together(verdicts)
    if (options.json) output.json(verdict)
    else output.write(formatSummary(verdict, performance.now() - started, output.style))
    return verdict.verdict === 'pass' ? 0 : 1
  } finally {
    await chain.close()
    await cleanUp(folder, stateFolder, options, output)
  }
}

/** fixtures/messages here, or the package's own. */
function ownMessages(): string {
  const here = join('fixtures', 'messages')
  return existsSync(here) ? here : fileURLToPath(new URL('../../fixtures/messages', import.meta.url))
}

async function cleanUp(folder: string, stateFolder: string, { keep }: RunOptions, output: Output): Promise<void> {
  if (keep) {
    output.error(`kept: ${folder}`)
    return
  }
  await rm(folder, { recursive: true, force: true })
  // gone as it came, unless something else lies in it
  await rmdir(stateFolder).catch(() => undefined)
}

/** One file after the other, so that delays tell; copies of one file at once. */
async function runAll(
  chain: Chain,
  jobs: readonly Job[],
  options: RunOptions,
  output: Output,
): Promise<MessageVerdict[]> {
  const verdicts: MessageVerdict[] = []
  for (const job of jobs) {
    const copies = await Promise.all(Array.from({ length: options.count }, () => runOne(chain, job, options)))
    for (const { verdicts: own, note } of copies) {
      verdicts.push(...own)
      if (options.json) continue
      for (const verdict of oncePerCopy(own)) output.write(`${formatMessage({ verdict: shown(verdict), note }, output.style)}\n`)
    }
  }
  return verdicts
}

/** Recipients of one copy went one way: it is shown once, unless something is to be said of one of them. */
function oncePerCopy(verdicts: readonly MessageVerdict[]): MessageVerdict[] {
  const idOf = ({ path }: MessageVerdict): string | null | undefined => path.at(-1)?.id
  return verdicts.filter((verdict, at) => {
    return verdict.verdict === 'fail' || verdicts.findIndex(other => idOf(other) === idOf(verdict)) === at
  })
}

/** People know a fixture by its name; JSON has the whole path. */
function shown(verdict: MessageVerdict): MessageVerdict {
  return { ...verdict, file: verdict.file && basename(verdict.file) }
}

async function runOne(chain: Chain, { file, envelope }: Job, options: RunOptions): Promise<Result> {
  const started = performance.now()
  const verdicts = await sendAndCheck(chain, { file, envelope }, options)
  const from = envelope.from === null ? '<>' : envelope.from
  const to = envelope.to.length > 2 ? count(envelope.to.length, 'recipient') : envelope.to.join(', ')
  const took = duration(performance.now() - started)
  return { verdicts, note: `${from} → ${to}, ${size(file.content.length)} in ${took}` }
}

async function sendAndCheck(chain: Chain, { file, envelope }: Job, options: RunOptions): Promise<MessageVerdict[]> {
  const position = (error: UndeliveredError): number | null => {
    const at = chain.config.mtas.findIndex(({ name }) => name === error.mta)
    return at === -1 ? null : at + 1
  }
  const missing = (error: UndeliveredError): MessageVerdict => ({
    ...undelivered(error.recipient, error.message, position(error)),
    file: file.name,
  })
  let sent: Sent
  try {
    sent = await chain.send({ envelope, content: file.content })
  } catch (error) {
    if (error instanceof UndeliveredError) return [missing(error)]
    throw error
  }
  const mails = await within(sent.delivered(), options.timeout).catch((error: unknown) => {
    if (error instanceof UndeliveredError) return null
    throw error
  })
  if (mails === null) return sent.submission.missing.map(missing)
  return Promise.all(
    mails.map(async mail => {
      if (options.out !== undefined) await keep(options.out, file, mail, mail.content)
      const verdict = await check(mail.content, chain.expectedPath(mail), {
        journal: chain.journal,
        requireJournal: true,
      })
      return { ...verdict, file: file.name }
    }),
  )
}

async function keep(folder: string, file: MessageFile, { id }: Delivered, content: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${basename(file.name, '.eml')}.${id}.eml`), content)
}
