/**
 * Stories of real messages: a chain in memory, whose clock jumps, one message sent through it.
 */
import { onTestFinished } from 'vitest'
import type { MessageVerdict } from '../../src/check/types.js'
import { together, undelivered } from '../../src/check/verdict.js'
import {
  type Chain,
  type ChainInput,
  check,
  type DeliveredMail,
  type FaultInput,
  type Mail,
  startChain,
} from '../../src/index.js'
import type { MessageHistory } from '../../src/journal/journal.js'
import { splitHeader } from '../../src/mail/header.js'
import { makePage } from '../../src/report/page/page.js'
import type { PageMta } from '../../src/report/page/words.js'
import { storyOf } from '../../src/report/story/story.js'
import type { Material, ToldMessage } from '../../src/report/story/types.js'
import { freshAddress } from '../support/fresh-address.js'

type Mta = ChainInput['mtas'][number]

export const plain = { from: 'a@example.test', to: ['b@example.test'], subject: 'Tea', text: 'At four.' }

/** Of three MTAs; what each has beside its name and address. */
export async function chainOf(different: readonly Partial<Mta>[] = [], all: Partial<ChainInput> = {}): Promise<Chain> {
  const mtas = ['first', 'second', 'last'].map((name, at) => {
    return { name, address: freshAddress(), ...different[at] }
  })
  const clock = { start: '2026-01-01T09:00:00Z', speed: 'jump' as const }
  const chain = await startChain({ clock, ...all, mtas })
  onTestFinished(() => chain.close())
  return chain
}

export function refusing(reply: string, rule: Partial<FaultInput> = {}): { faults: FaultInput[] } {
  return { faults: [{ at: 'rcpt', reply, ...rule }] }
}

export interface TellingOptions {
  /** The message as it lies in the mailbox, changed before it is checked. */
  readonly change?: (content: string) => string
  readonly different?: Partial<Material>
}

/** Sends it, and tells of it once all is over. */
export async function tell(
  chain: Chain,
  message: Mail & { readonly to?: string | readonly string[] },
  { change = content => content, different = {} }: TellingOptions = {},
): Promise<ToldMessage> {
  const since = chain.clock.now()
  const to = typeof message.to === 'string' ? [message.to] : [...(message.to ?? ['b@example.test'])]
  const ids = await chain.send(message).then(
    sent => {
      void sent.delivered().catch(() => undefined)
      return sent.ids
    },
    () => [],
  )
  await chain.idle()
  const history = await historyOf(chain, ids)
  const mails = await Promise.all(to.map(recipient => mailOf(chain, recipient)))
  const contents = mails.map(mail => Buffer.from(change(Buffer.from(mail?.content ?? []).toString('latin1')), 'latin1'))
  const verdicts = await Promise.all(
    to.map((recipient, at) => verdictOf(chain, recipient, mails[at] ?? null, contents[at] ?? Buffer.alloc(0))),
  )
  const story = storyOf({
    file: 'tea.eml',
    copies: 1,
    from: 'a@example.test',
    to,
    size: 100,
    sent: since,
    history,
    faults: chain.events.after(0).flatMap(({ event }) => (event.event === 'fault' ? [event] : [])),
    mtas: chain.config.mtas,
    linesOf: name => chain.mta(name).transcript,
    verdicts,
    ...different,
  })
  const kept = mails.flatMap((mail, at) => {
    const content = contents[at]
    if (!mail || !content) return []
    const header = content.subarray(0, splitHeader(content).end)
    return [{ id: mail.id, recipients: [mail.recipient], header, size: content.length }]
  })
  return { story, verdicts, mails: kept }
}

async function historyOf(chain: Chain, ids: readonly string[]): Promise<MessageHistory> {
  const [id] = ids
  return (id === undefined ? null : await chain.journal.history(id)) ?? { received: [], events: [], faults: [] }
}

async function mailOf(chain: Chain, recipient: string): Promise<DeliveredMail | null> {
  return (await chain.mailbox(recipient))[0] ?? null
}

async function verdictOf(
  chain: Chain,
  recipient: string,
  mail: DeliveredMail | null,
  content: Uint8Array,
): Promise<MessageVerdict> {
  if (!mail) return undelivered(recipient, `not delivered to ${recipient}`, 1)
  return check(content, chain.expectedPath(mail), { journal: chain.journal })
}

function pageMtas({ mtas }: Chain): PageMta[] {
  return mtas.map(({ config: { name, hostname, address, stamp, skew, faults }, port }) => {
    return { name, hostname, address, port, stamp, skew, faults: faults.length }
  })
}

export function pageOf(chain: Chain, told: readonly ToldMessage[], untold = 0): string {
  const verdict = together(told.flatMap(({ verdicts }) => verdicts))
  return makePage({ verdict, told, untold, mtas: pageMtas(chain), took: 1_234 })
}
