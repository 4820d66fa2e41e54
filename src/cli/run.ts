/**
 * `run`: starts the chain, sends, waits for delivery, checks, prints, stops. Its state lies in a folder of its own,
 * which is gone at the end, however that comes.
 */
import { existsSync, rmSync } from 'node:fs'
import { mkdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Way as ExpectedWay } from '../check/expected-way.js'
import { together } from '../check/verdict.js'
import type { ChainConfig } from '../config/types.js'
import { drawChain } from '../report/chain.js'
import { makePage } from '../report/page/page.js'
import type { Judged } from '../report/judged.js'
import { expectedHop } from '../chain/expected-path.js'
import { Arrivals } from './arrivals.js'
import { readChainFile } from './chain-file.js'
import { type EnvelopeOptions, findEnvelope } from './envelope.js'
import { CommandFailure, type ExitStatus, reasonOf } from './exit.js'
import { requireKnown } from './expected-way.js'
import { Interruption } from './interruption.js'
import { readMessageFiles, toCrlf } from './message-file.js'
import type { Output } from './output.js'
import { readReporting, report, type Reporting, type ReportOptions } from './reporting.js'
import type { Job } from './run-message.js'
import { sendAll } from './run-sending.js'
import { Stories } from './run-stories.js'
import { Sender } from './sender.js'
import { drawn, firstOf, startOrFail } from './start.js'
import { requireWritable, writeWhole } from './whole-file.js'

export interface RunOptions extends EnvelopeOptions, ReportOptions {
  readonly chain?: string
  /** The way that each message must have taken. */
  readonly expect?: ExpectedWay
  /** Times each message is sent. */
  readonly count: number
  /** Until a message must have arrived, ms. */
  readonly timeout: number
  /** Where delivered messages are written to. */
  readonly out?: string
  /** The run's state is not removed at the end. */
  readonly keep?: boolean
  /** Each message's way is told as a story. */
  readonly explain?: boolean
  /** Where a page about the run is written to. */
  readonly report?: string
}

interface Run {
  /** Its state lies here. */
  readonly folder: string
  readonly config: ChainConfig
  readonly jobs: readonly Job[]
  readonly options: RunOptions
  readonly reporting: Reporting
  readonly output: Output
  /** Aborts when somebody wants it to stop. */
  readonly signal: AbortSignal
  /** Told once all MTAs listen. */
  onStart(): void
}

/** What came of it. */
interface Outcome {
  readonly judged: readonly Judged[]
  /** Null where nobody asked for them. */
  readonly stories: Stories | null
}

/** How long an interrupted run waits for what is in flight, ms. */
const drainTime = 300

export async function run(paths: readonly string[], options: RunOptions, output: Output): Promise<ExitStatus> {
  const started = new Date()
  const before = performance.now()
  const reporting = await readReporting(options)
  if (options.explain && (reporting.format === 'github' || reporting.format === 'junit'))
    throw new CommandFailure(
      2,
      `--explain and --format ${reporting.format} exclude each other: --report FILE.html has the stories too`,
    )
  const { config, stateFolder } = await readChainFile(options.chain)
  if (options.expect) requireKnown(options.expect, config.mtas.map(expectedHop))
  const jobs = await readJobs(paths, options, output)
  if (options.out !== undefined) await makeFolder(options.out)
  if (options.report !== undefined) await requireWritable(options.report, '--report')
  const folder = join(stateFolder, `run-${Date.now().toString(36)}-${process.pid}`)
  let isKept = false
  const interruption = new Interruption(['SIGHUP', 'SIGINT', 'SIGTERM'], () => {
    if (!isKept) rmSync(folder, { recursive: true, force: true })
  })
  const onStart = (): void => {
    isKept = options.keep === true
  }
  try {
    const { signal } = interruption
    const { judged, stories } = await throughChain({
      folder,
      config,
      jobs,
      options,
      reporting,
      output,
      signal,
      onStart,
    })
    if (interruption.status !== 0) {
      output.error('mta-chain: interrupted, the run is not complete')
      return interruption.status
    }
    const took = performance.now() - before
    if (options.report !== undefined && stories) {
      const { told, untold, mtas } = stories
      const verdict = together(judged.map(each => each.verdict))
      await writeWhole(options.report, makePage({ verdict, told, untold, mtas, took }), '--report')
      output.error(`mta-chain: report written to ${options.report}`)
    }
    const explained = options.explain ? stories?.told.map(({ story }) => story) : undefined
    return await report({ command: 'run', started, took, all: judged }, reporting, output, explained)
  } finally {
    if (isKept) output.error(`mta-chain: kept in ${folder}`)
    else await cleanUp(folder, stateFolder)
    interruption.close()
  }
}

async function readJobs(paths: readonly string[], options: RunOptions, output: Output): Promise<Job[]> {
  const files = await readMessageFiles(paths.length > 0 ? paths : [ownMessages()], output)
  return files.map(toCrlf).map(file => ({ file, envelope: findEnvelope(file.content, options) }))
}

/** fixtures/messages here, or the package's own. */
function ownMessages(): string {
  const here = join('fixtures', 'messages')
  return existsSync(here) ? here : fileURLToPath(new URL('../../fixtures/messages', import.meta.url))
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new CommandFailure(3, `--out: ${folder} can't be made: ${reasonOf(error)}`)
  })
}

async function throughChain(current: Run): Promise<Outcome> {
  const { folder, options, reporting, output, signal } = current
  const config = forOneRun(current.config)
  const arrivals = new Arrivals()
  const transcripts = options.explain === true || options.report !== undefined
  const chain = await startOrFail(config, { folder, transcripts, onEvent: event => arrivals.observe(event) })
  current.onStart()
  try {
    const mtas = drawn(chain)
    if (reporting.format === 'text') output.write(`${drawChain(mtas, output.style, output.columns)}\n`)
    const sender = await Sender.to(firstOf(mtas), `client.${config.domain}`)
    const destination = { config, stateFolder: folder, journal: arrivals.journal }
    const way = { sender, arrivals, destination, timeout: options.timeout, out: options.out, signal }
    const stories = transcripts ? new Stories({ chain, arrivals, destination, signal }) : null
    try {
      return { judged: await sendAll({ ...current, config, stories }, way, output), stories }
    } finally {
      await sender.close()
    }
  } finally {
    await chain.close()
  }
}

/** Deliveries are read from files, which go with the run's folder; and nothing is worth a long wait at the end. */
function forOneRun(config: ChainConfig): ChainConfig {
  const mtas = config.mtas.map(mta => {
    return { ...mta, limits: { ...mta.limits, drainTime: Math.min(mta.limits.drainTime, drainTime) } }
  })
  return { ...config, mailbox: 'maildir', mtas }
}

async function cleanUp(folder: string, stateFolder: string): Promise<void> {
  // what could not be made is not there to be removed; why it could not is told already
  await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  // gone as it came, unless something else lies in it
  await rmdir(stateFolder).catch(() => undefined)
}
