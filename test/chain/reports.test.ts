/**
 * An MTA's reporter by itself: what it makes of an item, and what stays owed where the spool can't be written.
 */
import { isAscii } from 'node:buffer'
import { expect, test } from 'vitest'
import { Flights } from '../../src/chain/flights.js'
import { Reporter } from '../../src/chain/reports.js'
import type { Shared } from '../../src/chain/shared.js'
import { validateChain } from '../../src/config/load.js'
import type { ChainInput } from '../../src/config/schema.js'
import type { JournalEvent } from '../../src/journal/event.js'
import { MemoryMailboxes } from '../../src/mailbox/memory.js'
import { QueueIds } from '../../src/queue/ids.js'
import type { QueueItem } from '../../src/queue/item.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import type { Spool } from '../../src/queue/spool.js'
import { Activity } from '../../src/time/activity.js'
import { ManualClock } from '../support/manual-clock.js'
import { commit, contentOf, itemOf, mailbox } from '../queue/items.js'
import { openSpool, recover, temporaryFolder } from '../queue/spools.js'
import { readReport } from './bouncing.js'

interface Reporting {
  readonly reporter: Reporter
  readonly spool: Spool
  readonly events: JournalEvent[]
  readonly queued: QueueItem[]
  readonly item: QueueItem
  /** Of the spool. */
  readonly folder: string
}

const b = mailbox('b@example.test')
const refused = { stage: 'rcpt', reply: { code: 550, enhanced: '5.1.1', text: 'No' }, cause: '550' } as const

async function reporting(changes: Partial<QueueItem>, chain: Partial<ChainInput> = {}): Promise<Reporting> {
  const folder = temporaryFolder()
  const spool = await openSpool(folder)
  const ids = new QueueIds(spool.origin)
  const [events, queued]: [JournalEvent[], QueueItem[]] = [[], []]
  const shared: Shared = {
    clock: new ManualClock(),
    spool,
    ids,
    flights: new Flights(),
    transcripts: null,
    mailboxes: new MemoryMailboxes(),
    nameOf: () => null,
    record: event => events.push(event),
    received: () => undefined,
    activity: new Activity(),
    journaled: () => Promise.resolve(),
  }
  const read = validateChain({ mtas: [{ name: 'gateway', address: '127.83.20.1' }], ...chain })
  const config = read.ok ? read.config.mtas[0] : undefined
  if (!config) throw new Error('no chain')
  const reporter = new Reporter(config, shared, {
    remote: () => ({ address: '127.83.20.2', port: 25 }),
    enqueue: item => queued.push(item),
  })
  const content = Buffer.from('Subject: Grüße\r\n\r\nAt four.\r\n')
  const item: QueueItem = { ...itemOf(ids.next(), content.length), ...changes }
  await commit(spool, item, [content])
  return { reporter, spool, events, queued, item, folder }
}

test('relayed to where DSN ends is told to who asked for success, once', async () => {
  const said = { code: 250, enhanced: null, text: 'Ok' } as const
  const { envelope } = itemOf(new QueueIds(new MemorySpool().origin).next(), 1)
  const { reporter, queued, events, item, spool } = await reporting({
    envelope: { ...envelope, recipients: [{ mailbox: b, notify: ['success'], originalRecipient: null }] },
    recipients: [{ mailbox: b, state: 'delivered', reply: said, owes: 'relayed' }],
  })
  const told = await reporter.report(item)
  expect(told.recipients).toEqual([{ mailbox: b, state: 'delivered', reply: said }])
  expect(events).toMatchObject([{ event: 'reported', action: 'relayed', recipients: [b], report: queued[0]?.id }])
  const [report] = queued
  if (!report) throw new Error('no report')
  expect((await readReport(contentOf(spool, report.id))).status[1]).toMatchObject({
    Action: 'relayed',
    Status: '2.0.0',
    'Remote-MTA': 'dns; [127.83.20.2]',
    'Diagnostic-Code': 'smtp; 250 Ok',
  })
  expect(report).toMatchObject({ local: true, eightBit: true, envelope: { reversePath: null, smtpUtf8: false } })
  await reporter.report(told)
  expect(queued).toHaveLength(1)
})

test('report and item are in the spool together, and the report is the message of an MTA', async () => {
  const { reporter, queued, item, spool, folder } = await reporting({
    recipients: [{ mailbox: b, state: 'failed', problem: refused }],
  })
  const told = await reporter.report(item)
  expect(told.recipients).toEqual([{ mailbox: b, state: 'bounced', problem: refused, report: queued[0]?.id }])
  expect(contentOf(spool, queued[0]?.id ?? item.id).length).toBe(queued[0]?.size)
  await spool.close()
  const { items } = await recover(await openSpool(folder))
  const inSpool = new Map(items.map(each => [each.id, each]))
  expect([inSpool.size, inSpool.get(told.id), inSpool.get(queued[0]?.id ?? told.id)]).toEqual([2, told, queued[0]])
})

test('where the spool can not be written the report stays owed, and nothing is told', async () => {
  const tested = await reporting({ recipients: [{ mailbox: b, state: 'failed', problem: refused }] })
  await tested.spool.close()
  const told = await tested.reporter.report(tested.item)
  expect(told).toEqual(tested.item)
  expect([tested.events, tested.queued]).toEqual([[], []])
})

test('a content that can not be read is no reason to say nothing', async () => {
  const tested = await reporting({ recipients: [{ mailbox: b, state: 'failed', problem: refused }], size: 10 })
  tested.spool.remove(tested.item)
  await tested.spool.update(tested.item)
  await tested.reporter.report(tested.item)
  const report = await readReport(contentOf(tested.spool, tested.queued[0]?.id ?? tested.item.id))
  expect(report.returned).toBe(tested.item.stamp)
})

test('what the next MTA can not carry is not sent there as a part of the report', async () => {
  const reason = { code: 554, enhanced: '5.6.3', text: 'The next MTA does not offer 8BITMIME' } as const
  const problem = { stage: 'mail', reply: reason, by: 'here', cause: 'x' } as const
  const state = { mailbox: b, state: 'failed', problem } as const
  const byRoute = await reporting({ recipients: [state], eightBit: true }, { bounces: 'route' })
  await byRoute.reporter.report(byRoute.item)
  const content = contentOf(byRoute.spool, byRoute.queued[0]?.id ?? byRoute.item.id)
  const read = await readReport(content)
  expect(read.parts[2]?.header).toBe('Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: quoted-printable')
  expect(read.returned).toContain('Subject: Gr=C3=BC=C3=9Fe\r\n')
  expect(isAscii(content)).toBe(true)
  expect(byRoute.queued).toMatchObject([{ eightBit: false, envelope: { eightBit: false, smtpUtf8: false } }])
  expect(byRoute.queued).not.toMatchObject([{ local: true }])
})
