/**
 * How a session begins: the greeting, what EHLO offers, and the name that the client gives itself.
 */
import tls from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Chain } from '../../src/chain/chain.js'
import { validateChain } from '../../src/config/load.js'
import type { JournalEvent, ReceivedEvent } from '../../src/journal/event.js'
import { safeHelo } from '../../src/trace/stamp/safe.js'
import { connect } from '../support/raw-client.js'
import { reach, start } from './recording-listener.js'
import { dialogue, sendMessage } from './talk.js'

describe('the greeting', () => {
  it("names the MTA's own hostname, in every session", async () => {
    const { port } = await start({ hostname: 'out.chain.test' })
    const [one, two] = [await reach(port), await reach(port)]
    expect((await one.reply()).lines).toEqual(['220 out.chain.test ESMTP'])
    expect((await two.reply()).lines).toEqual(['220 out.chain.test ESMTP'])
  })

  it('waits for nothing: the one timer of a session is its deadline', async () => {
    const { port } = await start({ limits: { sessionTime: 123_456 } })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    const client = await reach(port)
    await client.reply()
    // the test's own waits are of 5,000 ms
    expect(timers.mock.calls.map(([, ms]) => ms).filter(ms => ms !== 5000)).toEqual([123_456])
  })

  it('needs no TLS context: none is made', async () => {
    const made = vi.spyOn(tls, 'createSecureContext')
    onTestFinished(() => made.mockRestore())
    const { client } = await start()
    expect((await (await client()).command('EHLO x')).code).toBe(250)
    expect(made).not.toHaveBeenCalled()
  })
})

describe('EHLO', () => {
  it('offers what the MTA does and nothing else', async () => {
    const { client } = await start({ limits: { messageSize: 1234 } })
    expect((await (await client()).command('EHLO x')).lines).toEqual([
      '250-mta.chain.test greets [127.0.0.1]',
      '250-PIPELINING',
      '250-8BITMIME',
      '250-SMTPUTF8',
      '250-ENHANCEDSTATUSCODES',
      '250-DSN',
      '250 SIZE 1234',
    ])
  })

  it('is not offered anything by HELO', async () => {
    const { client } = await start({ limits: { messageSize: 1234 } })
    expect((await (await client()).command('HELO x')).lines).toEqual(['250 mta.chain.test greets [127.0.0.1]'])
  })
})

/** What clients say, and the word that the stamp makes of it. */
const names: readonly [said: string, stamped: string][] = [
  ['Client.Example.TEST', 'Client.Example.TEST'],
  ['[127.0.0.1]', '[127.0.0.1]'],
  ['[IPv6:2001:DB8::1]', '[IPv6:2001:DB8::1]'],
  ['x)(from[6.6.6.6]by', 'x??from?6.6.6.6?by'],
  ['x;by', 'x?by'],
  ['"quoted\\"', '?quoted??'],
  ['<a@b>', '?a?b?'],
  ['[6.6.6.6', '?6.6.6.6'],
  ['[6.6.6.6](x', '?6.6.6.6??x'],
  ['[IPv6:6.6.6.6]x]', '?IPv6:6.6.6.6?x?'],
  ['[666.6.6.6]', '?666.6.6.6?'],
  ['größe.test', 'gr??e.test'],
  ['🙂', '?'],
  ['(', '?'],
  ['x'.repeat(255), 'x'.repeat(255)],
]

describe('the name in HELO', () => {
  it.each(names)('is kept as it was said: %s', async said => {
    const { client, record } = await start()
    const connected = await client()
    await dialogue(connected, [`EHLO ${said}`])
    await sendMessage(connected, 'S: 1\r\n')
    const port = expect.any(Number)
    expect(record.taken[0]?.transaction.client).toEqual({ address: '127.0.0.1', port, helo: said })
  })

  it.each(names)('is one harmless word in the stamp: %s', (said, stamped) => {
    expect(safeHelo(said)).toBe(stamped)
  })

  it('of the last EHLO or HELO counts, and tells the protocol', async () => {
    const { client, record } = await start()
    const connected = await client()
    for (const line of ['EHLO one', 'HELO two', 'EHLO three']) {
      await connected.command(line)
      await sendMessage(connected, 'S: 1\r\n')
    }
    expect(record.taken.map(({ transaction }) => [transaction.client.helo, transaction.protocol])).toEqual([
      ['one', 'ESMTP'],
      ['two', 'SMTP'],
      ['three', 'ESMTP'],
    ])
  })

  it('goes through a chain raw in the journal and safe in the stamp', async () => {
    const { chain, delivered } = await startChain()
    const client = await connect({ host: '127.0.0.42', port: chain.mtas[0]?.port ?? 0, localAddress: '127.0.0.77' })
    onTestFinished(() => client.reset())
    await client.reply()
    await dialogue(client, ['EHLO x)(from[6.6.6.6]by', 'MAIL FROM:<a@x.test>', 'RCPT TO:<b@x.test>'])
    await dialogue(client, ['RCPT TO:<B@x.test>', 'DATA'])
    await client.command('S: 1\r\n\r\n.')
    const events = await delivered
    expect(firstReceived(events)).toMatchObject({ client: { helo: 'x)(from[6.6.6.6]by', address: '127.0.0.77' } })
    expect(firstReceived(events)?.stamp).toMatch(
      /^Received: from x\?\?from\?6\.6\.6\.6\?by \(unknown \[127\.0\.0\.77\]\)\r\n/,
    )
    // RFC 5321 2.4: local parts that differ in case are two recipients, and both have it
    const recipients = events.flatMap(event => (event.event === 'delivered' ? [event.recipient] : []))
    expect(recipients.toSorted()).toEqual(['B@x.test', 'b@x.test'])
  })
})

interface Delivering {
  readonly chain: Chain
  /** All events up to the second delivery. */
  readonly delivered: Promise<readonly JournalEvent[]>
}

async function startChain(): Promise<Delivering> {
  const mtas = [42, 43].map(last => ({ name: `mta${last}`, address: `127.0.0.${last}` }))
  const read = validateChain({ mtas })
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes))
  const events: JournalEvent[] = []
  let tell: (events: readonly JournalEvent[]) => void = () => undefined
  const delivered = new Promise<readonly JournalEvent[]>(resolve => {
    tell = resolve
  })
  const onEvent = (event: JournalEvent): void => {
    events.push(event)
    if (events.filter(({ event: kind }) => kind === 'delivered').length === 2) tell(events)
  }
  const chain = await Chain.start(read.config, { folder: null, onEvent })
  if (!(chain instanceof Chain)) throw new Error(JSON.stringify(chain))
  onTestFinished(() => chain.close())
  return { chain, delivered }
}

function firstReceived(events: readonly JournalEvent[]): ReceivedEvent | undefined {
  return events.find(event => event.event === 'received')
}
