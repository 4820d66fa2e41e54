/**
 * `send`: hands a message to the first MTA of a running chain, or to any SMTP server.
 */
import { compose } from '../chain/compose.js'
import type { ChainConfig } from '../config/types.js'
import type { Mailbox } from '../mail/address.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import { describeProblem } from '../mail/problem.js'
import { formatReply } from '../mail/reply.js'
import { duration } from '../report/quantities.js'
import { endpoint, printable } from '../report/text.js'
import { readChainFile } from './chain-file.js'
import { type EnvelopeOptions, findEnvelope } from './envelope.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { aborted } from './interruption.js'
import { type MessageFile, readMessageFiles, readMessageInput, toCrlf } from './message-file.js'
import type { Output } from './output.js'
import { type Handed, readServer, Sender, type Server } from './sender.js'
import { waitForVerdict } from './wait.js'

export interface SendOptions extends EnvelopeOptions {
  readonly chain?: string
  readonly server?: string
  readonly subject?: string
  readonly text?: string
  readonly wait?: boolean
  /** Of the hand-over, and of --wait with it, ms. */
  readonly timeout: number
  readonly json?: boolean
}

export async function send(path: string | undefined, options: SendOptions, output: Output): Promise<ExitStatus> {
  const chain = options.server === undefined || options.wait ? await readChainFile(options.chain) : null
  const server = options.server === undefined ? firstMta(chain?.config) : readServer(options.server)
  const message = await readMessage(path, options, output)
  const over = AbortSignal.timeout(options.timeout)
  const handed = await handOver(server, message, options, over)
  const status = over.aborted && handed.missing.size > 0 ? 1 : statusOf(handed.outcomes)
  if (!options.json) for (const line of describe(handed.outcomes, server)) output.error(line)
  if (chain && options.wait) {
    const verdict = await waitForVerdict(handed, { ...chain, ...options, over, file: message.name }, output)
    return status === 3 ? status : verdict
  }
  if (options.json) output.json({ server, recipients: toJson(handed.outcomes) })
  return status
}

/** A server that can't be reached is this machine's matter; a refusal is the answer to the question. */
function statusOf(outcomes: Outcomes): ExitStatus {
  const all = [...outcomes.values()]
  if (all.every(({ kind }) => kind === 'delivered')) return 0
  return all.every(isUnreachable) ? 3 : 1
}

function isUnreachable(outcome: Outcome): boolean {
  return outcome.kind !== 'delivered' && outcome.problem.stage === 'connect' && outcome.problem.reply === null
}

function firstMta(config: ChainConfig | undefined): Server {
  const first = config?.mtas[0]
  if (first && first.port !== 0) return { address: first.address, port: first.port }
  throw new CommandFailure(
    2,
    'the first MTA has "port": 0, so only the running chain knows its port: use --server HOST:PORT',
  )
}

async function readMessage(path: string | undefined, options: SendOptions, output: Output): Promise<MessageFile> {
  if (options.subject !== undefined || options.text !== undefined) {
    if (path !== undefined) throw new CommandFailure(2, 'give a message file, or --subject and --text, not both')
    return composeMessage(options)
  }
  const files = path === undefined ? [await readMessageInput(output)] : await readMessageFiles([path], output)
  const [file] = files
  if (!file) throw new CommandFailure(2, `${path} holds no message`)
  if (files.length > 1) throw new CommandFailure(2, `${path} holds ${files.length} messages, send takes one`)
  return toCrlf(file)
}

async function composeMessage({ subject = '', text = '', ...options }: SendOptions): Promise<MessageFile> {
  const { from, to } = findEnvelope(Buffer.alloc(0), options)
  const { content } = await compose({ from: from ?? '', to: [...to], subject, text })
  return { name: 'message', content, place: null }
}

/** What is not taken over when the time is over is cut off. */
async function handOver(
  server: Server,
  { content }: MessageFile,
  options: SendOptions,
  over: AbortSignal,
): Promise<Handed> {
  const envelope = findEnvelope(content, options)
  const sender = await Sender.to(server, 'client.test')
  try {
    const sending = sender.send(content, envelope)
    const handed = await Promise.race([sending, aborted(over).then(() => null)])
    if (handed) return handed
    await sender.close()
    return tooLate(await sending, options)
  } finally {
    await sender.close()
  }
}

/** Being cut off is not why it was not taken. */
function tooLate({ ids, outcomes, missing: known }: Handed, { timeout }: SendOptions): Handed {
  const cause = `not taken over yet, waited ${duration(timeout)}`
  const missing = new Map(known)
  const told = Array.from(outcomes, ([recipient, outcome]): [Mailbox, Outcome] => {
    if (outcome.kind === 'delivered') return [recipient, outcome]
    const problem = outcome.problem.reply ? outcome.problem : { ...outcome.problem, cause }
    missing.set(recipient, describeProblem(problem))
    return [recipient, { ...outcome, problem }]
  })
  return { ids, outcomes: new Map(told), missing }
}

function describe(outcomes: Outcomes, server: Server): string[] {
  return Array.from(outcomes, ([recipient, outcome]) => printable(`${recipient}: ${describeOutcome(outcome, server)}`))
}

function describeOutcome(outcome: Outcome, server: Server): string {
  if (outcome.kind === 'delivered') return formatReply(outcome.reply)
  const { stage, reply, cause } = outcome.problem
  if (reply) return `refused at ${stage}: ${formatReply(reply)}`
  const mend = cause === 'ECONNREFUSED' ? '. Nothing listens there: start the chain with mta-chain up' : ''
  return `${endpoint(server.address, server.port)}: ${cause}${mend}`
}

function toJson(outcomes: Outcomes): object[] {
  return Array.from(outcomes, ([recipient, outcome]: [Mailbox, Outcome]) => {
    if (outcome.kind === 'delivered') return { recipient, kind: outcome.kind, reply: formatReply(outcome.reply) }
    const { stage, reply, cause } = outcome.problem
    return { recipient, kind: outcome.kind, stage, reply: reply && formatReply(reply), cause }
  })
}
