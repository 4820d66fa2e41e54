/**
 * A chain on disk whose reports are read, and a client that says what it likes.
 */
import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { onTestFinished } from 'vitest'
import { type Chain, type ChainInput, type JournalEvent, startChain } from '../../src/index.js'
import { temporaryFolder } from '../queue/spools.js'
import { bounded } from '../support/bounded.js'
import { ManualClock } from '../support/manual-clock.js'
import { connect, type RawClient } from '../support/raw-client.js'

export type EventOf<Kind extends JournalEvent['event']> = Extract<JournalEvent, { readonly event: Kind }>

export interface Bouncing {
  readonly chain: Chain
  readonly clock: ManualClock
  readonly events: JournalEvent[]
  /** Events of that kind, once there are so many. */
  readonly happened: <Kind extends JournalEvent['event']>(kind: Kind, count?: number) => Promise<EventOf<Kind>[]>
  /** The report that an event tells of, as it lies in the mailbox. */
  readonly reportOf: (event: EventOf<'bounced' | 'reported'> | undefined) => Promise<Report>
  readonly client: () => Promise<RawClient>
}

export async function bouncing(
  chainInput: ChainInput,
  { folder = temporaryFolder(), clock = new ManualClock() } = {},
): Promise<Bouncing> {
  const events: JournalEvent[] = []
  const news = new EventEmitter()
  const onEvent = (event: JournalEvent): void => {
    events.push(event)
    news.emit('event')
  }
  const chain = await startChain({ spool: 'disk', mailbox: 'maildir', ...chainInput }, { clock, onEvent, folder })
  onTestFinished(() => chain.close())
  const happened = async <Kind extends JournalEvent['event']>(kind: Kind, count = 1): Promise<EventOf<Kind>[]> => {
    const found = () => events.filter((event): event is EventOf<Kind> => event.event === kind)
    const wait = async (signal: AbortSignal): Promise<EventOf<Kind>[]> => {
      while (found().length < count) await once(news, 'event', { signal })
      return found()
    }
    return bounded(10_000, wait, () => `no ${count} ${kind}: ${JSON.stringify(events)}`)
  }
  return {
    chain,
    clock,
    events,
    happened,
    async reportOf(told) {
      const { report, to } = told ?? { report: null, to: null }
      const wait = async (signal: AbortSignal): Promise<EventOf<'delivered'>> => {
        for (;;) {
          const ids = new Set<string>([report ?? ''])
          for (const event of events) {
            if (event.event === 'received' && event.previous !== null && ids.has(event.previous)) ids.add(event.id)
          }
          const [copy] = events.filter(
            (event): event is EventOf<'delivered'> => event.event === 'delivered' && ids.has(event.id),
          )
          if (copy) return copy
          await once(news, 'event', { signal })
        }
      }
      const { file, recipient } = await bounded(
        10_000,
        wait,
        () => `no report ${report} for ${to}: ${JSON.stringify(events)}`,
      )
      if (recipient !== to) throw new Error(`the report for ${to} went to ${recipient}`)
      return readReport(await readFile(join(folder, 'mailbox', file ?? '')), join(folder, 'mailbox', file ?? ''))
    },
    async client() {
      const [first] = chain.mtas
      const client = await connect({ host: first?.config.address ?? '', port: first?.port ?? 0 })
      onTestFinished(() => client.reset())
      await client.reply()
      await client.command('EHLO client.test')
      return client
    },
  }
}

export interface Report {
  /** Where it lies; null where it is in no mailbox. */
  readonly file: string | null
  readonly content: Buffer
  readonly header: string
  readonly subject: string
  /** Its parts: type and content, read by hand. */
  readonly parts: readonly { readonly header: string; readonly content: string }[]
  /** Of the delivery status: the message's fields, then each recipient's. */
  readonly status: readonly Readonly<Record<string, string>>[]
  readonly returned: string
}

export async function readReport(octets: Uint8Array, file: string | null = null): Promise<Report> {
  const content = Buffer.from(octets)
  const text = content.toString()
  const [header = '', ...rest] = text.split('\r\n\r\n')
  const boundary = /boundary="([^"]+)"/.exec(header)?.[1] ?? ''
  const [, ...pieces] = `\r\n${rest.join('\r\n\r\n')}`.split(`\r\n--${boundary}`)
  if (pieces.pop() !== '--\r\n') throw new Error(`no report: ${text}`)
  const parts = pieces.map(piece => {
    const end = piece.indexOf('\r\n\r\n')
    return { header: piece.slice(2, end), content: piece.slice(end + 4) }
  })
  const parsed = await simpleParser(content)
  return {
    file,
    content,
    header,
    subject: parsed.subject ?? '',
    parts,
    status: (parts[1]?.content ?? '').trimEnd().split('\r\n\r\n').map(fieldsOf),
    returned: parts[2]?.content ?? '',
  }
}

function fieldsOf(text: string): Record<string, string> {
  const lines = text.replace(/\r\n(?=[ \t])/g, '').split('\r\n')
  return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
}

/** Octets of a message that the client sends. */
export async function submit(
  client: RawClient,
  { from = '<a@example.test>', to = ['<b@example.test>'], content = 'Subject: Tea\r\n\r\nAt four.\r\n' },
): Promise<string> {
  await client.command(`MAIL FROM:${from}`)
  for (const each of to) await client.command(`RCPT TO:${each}`)
  await client.command('DATA')
  await client.write(Buffer.from(content, 'latin1'))
  const { lines } = await client.command('.')
  return lines[0] ?? ''
}
