/**
 * `run`: starts the chain, sends, waits for delivery, checks, prints, stops. Its state lies in a folder of its own,
 * which is gone at the end, however that comes.
 */
import { existsSync, rmSync } from 'node:fs'
import { mkdir, rm, rmdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { alongWay, type Way as ExpectedWay } from '../check/expected-way.js'
import type { MessageVerdict } from '../check/types.js'
import type { ChainConfig } from '../config/types.js'
import { drawChain } from '../report/chain.js'
import type { Judged } from '../report/judged.js'
import { count, duration, size } from '../report/quantities.js'
import { Arrivals } from './arrivals.js'
import { mapAtOnce } from './at-once.js'
import { expectedHop, readChainFile } from './chain-file.js'
import { type EnvelopeOptions, findEnvelope } from './envelope.js'
import { CommandFailure, type ExitStatus, reasonOf } from './exit.js'
import { requireKnown } from './expected-way.js'
import { Interruption } from './interruption.js'
import { readMessageFiles, toCrlf } from './message-file.js'
import type { Output } from './output.js'
import { readReporting, report, type Reporting, type ReportOptions } from './reporting.js'
import { type Arrived, type Job, sendAndCheck, type Way } from './run-message.js'
import { Sender } from './sender.js'
import { drawn, firstOf, startOrFail } from './start.js'
import { showFile } from './verdicts.js'

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

/** Copies of one file under way at once. */
const copiesAtOnce = 20

/** How long an interrupted run waits for what is in flight, ms. */
const drainTime = 300

export async function run(paths: readonly string[], options: RunOptions, output: Output): Promise<ExitStatus> {
  const started = new Date()
  const before = performance.now()
  const reporting = await readReporting(options)
  const { config, stateFolder } = await readChainFile(options.chain)
  if (options.expect) requireKnown(options.expect, config.mtas.map(expectedHop))
  const jobs = await readJobs(paths, options, output)
  if (options.out !== undefined) await makeFolder(options.out)
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
    const all = await throughChain({ folder, config, jobs, options, reporting, output, signal, onStart })
    if (interruption.status !== 0) {
      output.error('mta-chain: interrupted, the run is not complete')
      return interruption.status
    }
    return await report({ command: 'run', started, took: performance.now() - before, all }, reporting, output)
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

async function throughChain(current: Run): Promise<Judged[]> {
  const { folder, options, reporting, output, signal } = current
  const config = forOneRun(current.config)
  const arrivals = new Arrivals()
  const chain = await startOrFail(config, { folder, onEvent: event => arrivals.observe(event) })
  current.onStart()
  try {
    const mtas = drawn(chain)
    if (reporting.format === 'text') output.write(`${drawChain(mtas, output.style, output.columns)}\n`)
    const sender = await Sender.to(firstOf(mtas), `client.${config.domain}`)
    const destination = { config, stateFolder: folder, journal: arrivals.journal }
    const way = { sender, arrivals, destination, timeout: options.timeout, out: options.out, signal }
    try {
      return await sendAll(current, way)
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

/** One file after the other, so that delays tell; copies of one file at once. */
async function sendAll({ config, jobs, options, reporting, output, signal }: Run, way: Way): Promise<Judged[]> {
  const all: Judged[] = []
  const hops = config.mtas.map(expectedHop)
  for (const job of jobs) {
    const arrived = await mapAtOnce(copies(job, options.count, signal), copiesAtOnce, copy => sendAndCheck(copy, way))
    if (signal.aborted) break
    const judged = arrived.flatMap(({ took, verdicts }) =>
      verdicts.map(found => {
        const verdict = options.expect ? alongWay(found, hops, options.expect) : found
        return { verdict, took, place: placeOf(job) }
      }),
    )
    all.push(...judged)
    const verdicts = judged.map(({ verdict }) => named(verdict))
    if (reporting.format === 'text') showFile(verdicts, noteOf(job, arrived), output)
  }
  return all
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

async function cleanUp(folder: string, stateFolder: string): Promise<void> {
  // what could not be made is not there to be removed; why it could not is told already
  await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  // gone as it came, unless something else lies in it
  await rmdir(stateFolder).catch(() => undefined)
}
