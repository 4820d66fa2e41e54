/**
 * `send`: hands a message to the first MTA of a running chain, or to any SMTP server.
 */
import { isIP, isIPv6 } from 'node:net'
import { compose } from '../chain/compose.js'
import type { ChainConfig } from '../config/types.js'
import type { Mailbox } from '../mail/address.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import { formatReply } from '../mail/reply.js'
import { Relay } from '../relay/relay.js'
import { readChainFile } from './chain-file.js'
import { type EnvelopeOptions, findEnvelope } from './envelope.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { type MessageFile, readMessageFiles, readMessageInput, toCrlf } from './message-file.js'
import type { Output } from './output.js'
import { waitForVerdict } from './wait.js'

export interface SendOptions extends EnvelopeOptions {
  readonly chain: string
  readonly server?: string
  readonly subject?: string
  readonly text?: string
  readonly wait: boolean
  /** Of --wait, ms. */
  readonly timeout: number
  readonly json: boolean
}

interface Server {
  readonly address: string
  readonly port: number
}

export async function send(path: string | undefined, options: SendOptions, output: Output): Promise<ExitStatus> {
  const file = options.server === undefined || options.wait ? await readChainFile(options.chain) : null
  const server = options.server === undefined ? firstMta(file?.config) : readServer(options.server)
  const message = await readMessage(path, options)
  const outcomes = await transmit(server, message, options)
  const [id] = queueIds(outcomes)
  if (!options.json) for (const [recipient, outcome] of outcomes) output.error(describe(recipient, outcome, server))
  if (file && options.wait && id !== undefined) {
    return waitForVerdict({ id, file: message.name, ...file, ...options }, output)
  }
  if (options.json)
    output.json({ server, recipients: [...outcomes].map(([recipient, outcome]) => toJson(recipient, outcome)) })
  return [...outcomes.values()].every(({ kind }) => kind === 'delivered') ? 0 : statusOf(outcomes)
}

/** A server that can't be reached is this machine's matter; a refusal is the answer to the question. */
function statusOf(outcomes: Outcomes): ExitStatus {
  const unreachable = [...outcomes.values()].every(
    outcome => outcome.kind !== 'delivered' && outcome.problem.stage === 'connect' && outcome.problem.reply === null,
  )
  return unreachable ? 3 : 1
}

function firstMta(config: ChainConfig | undefined): Server {
  const first = config?.mtas[0]
  if (first && first.port !== 0) return { address: first.address, port: first.port }
  throw new CommandFailure(
    2,
    'the first MTA has "port": 0, so its port is only known to the running chain: use --server HOST:PORT',
  )
}

function readServer(text: string): Server {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(parts?.[3])
  const address = parts?.[1] ?? parts?.[2]
  if (address === undefined || port < 1 || port > 65_535) {
    throw new CommandFailure(2, `--server: "${text}" is no HOST:PORT, expected as 127.0.0.11:2525 or [::1]:2525`)
  }
  return { address, port }
}

async function readMessage(path: string | undefined, options: SendOptions): Promise<MessageFile> {
  if (options.subject !== undefined || options.text !== undefined) {
    if (path !== undefined) throw new CommandFailure(2, 'give a message file, or --subject and --text, not both')
    return composeMessage(options)
  }
  const [file] = path === undefined || path === '-' ? [await readMessageInput()] : await readMessageFiles([path])
  if (!file) throw new CommandFailure(2, `${path}: no message`)
  return toCrlf(file)
}

async function composeMessage({ from, to, subject, text }: SendOptions): Promise<MessageFile> {
  const { from: sender, to: recipients } = findEnvelope(Buffer.alloc(0), {
    ...(from === undefined ? {} : { from }),
    ...(to ? { to } : {}),
  })
  const { content } = await compose({
    from: sender ?? '',
    to: [...recipients],
    subject: subject ?? '',
    text: text ?? '',
  })
  return { name: 'message', content }
}

async function transmit({ address, port }: Server, message: MessageFile, options: SendOptions): Promise<Outcomes> {
  const { from, to } = findEnvelope(message.content, options)
  const composed = await compose({ envelope: { from, to }, content: message.content })
  const relay = new Relay({
    address,
    port,
    localAddress: localAddress(address),
    hostname: 'client.test',
    connectTime: 30_000,
    replyTime: 300_000,
    idleTime: 1_000,
    longestUse: 60_000,
  })
  const outcomes = await relay.send({
    ...composed,
    size: composed.content.length,
    eightBit: composed.content.some(octet => octet > 127),
    content: () => [composed.content],
    onTransaction: () => () => undefined,
  })
  await relay.close()
  return outcomes
}

/** To loopback from loopback, which is what the stamp then says; elsewhere from wherever the system likes. */
function localAddress(server: string): string {
  if (isIPv6(server)) return server === '::1' ? '::1' : '::'
  return isIP(server) === 0 || server.startsWith('127.') ? '127.0.0.1' : '0.0.0.0'
}

function describe(recipient: Mailbox, outcome: Outcome, { address, port }: Server): string {
  if (outcome.kind === 'delivered') return `${recipient}: ${formatReply(outcome.reply)}`
  const { stage, reply, cause } = outcome.problem
  if (reply) return `${recipient}: refused at ${stage}: ${formatReply(reply)}`
  const mend = cause === 'ECONNREFUSED' ? '. Nothing listens there: start the chain with mta-chain up' : ''
  return `${recipient}: ${address}:${port}: ${cause}${mend}`
}

function toJson(recipient: Mailbox, outcome: Outcome): object {
  if (outcome.kind === 'delivered') return { recipient, kind: outcome.kind, reply: formatReply(outcome.reply) }
  const { stage, reply, cause } = outcome.problem
  return { recipient, kind: outcome.kind, stage, reply: reply && formatReply(reply), cause }
}

function queueIds(outcomes: Outcomes): string[] {
  return [...outcomes.values()].flatMap(outcome =>
    outcome.kind === 'delivered' ? (/queued as (\w+)/.exec(outcome.reply.text)?.[1] ?? []) : [],
  )
}
