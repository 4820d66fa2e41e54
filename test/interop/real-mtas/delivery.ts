/**
 * Messages through a real MTA, and their fields as the sink got them.
 */
import { connect, type RawClient } from '../../support/raw-client.js'
import type { ScriptedPeer } from '../../support/scripted-peer.js'
import type { Case } from './cases.js'
import type { Place } from './installation.js'

/** The topmost Received field, octet for octet in latin1; or the command and the reply that refused it. */
export type Outcome = { readonly field: string } | { readonly refused: string }

/** A slow machine's time for the whole delivery, in milliseconds. */
const patience = 20_000

/** Sends all, then awaits all: a program may take its time for each connection to the sink. */
export async function deliver(
  cases: readonly Case[],
  place: Place,
  sink: ScriptedPeer,
): Promise<ReadonlyMap<Case, Outcome>> {
  const refusals: (string | null)[] = []
  for (const [at, sent] of cases.entries()) refusals.push(await send(sent, at, place))
  const fields = new Map<number, string>()
  while (refusals.some((refusal, at) => refusal === null && !fields.has(at))) {
    const content = (await sink.waitForMessage()).content.toString('latin1')
    const at = Number(/^Message-ID: <(\d+)@/im.exec(content)?.[1])
    // Each of two recipients may get a copy of its own
    if (!fields.has(at)) fields.set(at, topmost(content))
  }
  const outcome = (at: number): Outcome => {
    const refused = refusals[at] ?? null
    return refused === null ? { field: fields.get(at) ?? '' } : { refused }
  }
  return new Map(cases.map((sent, at) => [sent, outcome(at)]))
}

/** The refusal, or null. */
async function send(sent: Case, number: number, { address, port }: Place): Promise<string | null> {
  const host = sent.client.includes(':') ? sent.client : address
  const client = await connect({ host, port, localAddress: sent.client, patience })
  try {
    return await converse(client, sent, number)
  } finally {
    await client.reset()
  }
}

async function converse(client: RawClient, sent: Case, number: number): Promise<string | null> {
  const { verb, helo, reversePath, recipients, parameters } = sent
  const mail = ['MAIL', `FROM:<${reversePath}>`, ...parameters].join(' ')
  const rcpts = recipients.map(recipient => `RCPT TO:<${recipient}>`)
  const content = [
    'From: <a@example.test>',
    'Date: Tue, 2 Jan 2024 03:04:05 +0000',
    `Message-ID: <${number}@example.test>`,
  ]
  await client.reply()
  for (const command of [`${verb} ${helo}`, mail, ...rcpts, 'DATA', [...content, '', 'x', '.'].join('\r\n')]) {
    const reply = await client.command(command)
    if (reply.code >= 400) return `${command}: ${reply.lines.join(' ')}`
  }
  return null
}

function topmost(content: string): string {
  const field = /(?:^|\r\n)(Received:[^\r]*\r\n(?:[ \t][^\r]*\r\n)*)/i.exec(content)?.[1]
  if (field === undefined) throw new Error(`no Received field in ${JSON.stringify(content)}`)
  return field
}
