/**
 * The library, as a test suite uses it.
 */
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Chain, type ChainInput, check, readReceived, readTrace, startChain, together } from '../../src/index.js'
import { freshAddress } from '../support/fresh-address.js'

/** Three MTAs in memory, on free ports. */
function three(): ChainInput {
  return { mtas: ['submission', 'gateway', 'mailbox'].map(name => ({ name, address: freshAddress() })) }
}

describe('a chain', () => {
  it('takes a message, delivers it, and the checker proves the way', async () => {
    await using chain = await startChain(three())
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hi there' })
    const [mail] = await sent.delivered()
    if (!mail) throw new Error('nothing was delivered')
    const verdict = await check(mail.content, chain.expectedPath(mail), { journal: chain.journal })
    expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal', recipient: 'b@example.test' })
    expect(verdict.path.map(({ mta }) => mta)).toEqual(['submission', 'gateway', 'mailbox'])
  })

  it('takes octets with an envelope, and changes none of them', async () => {
    await using chain = await startChain(three())
    const content = Buffer.from('Subject: as it is\r\n\r\n.dot\r\n\xFF\x80\r\n', 'latin1')
    const sent = await chain.send({ envelope: { from: null, to: ['b@example.test', 'c@example.test'] }, content })
    const mails = await sent.delivered()
    expect(mails.map(({ recipient, reversePath }) => [recipient, reversePath])).toEqual([
      ['b@example.test', null],
      ['c@example.test', null],
    ])
    for (const mail of mails) {
      const received = Buffer.from(mail.content)
      expect(received.subarray(-content.length)).toEqual(content)
      expect(received.toString('latin1')).toMatch(/^Return-Path: <>\r\nReceived: from gateway\.chain\.test /)
    }
    const verdicts = mails.map(mail => check(mail.content, chain.expectedPath(mail), { journal: chain.journal }))
    expect(together(await Promise.all(verdicts))).toMatchObject({ verdict: 'pass', evidence: 'message+journal' })
  })

  it('says where each MTA listens, and every event as it happens', async () => {
    const events: string[] = []
    await using chain = await startChain(three(), { onEvent: ({ event, mta }) => events.push(`${mta}: ${event}`) })
    expect(chain.mtas.map(({ config, port }) => [config.name, port > 0])).toEqual([
      ['submission', true],
      ['gateway', true],
      ['mailbox', true],
    ])
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', text: 'Hi' })
    await sent.delivered()
    expect(events.filter(event => !event.endsWith('relayed'))).toEqual([
      'submission: received',
      'gateway: received',
      'mailbox: received',
      'mailbox: delivered',
    ])
  })

  it('has what users need, and no more', () => {
    type Public =
      | 'clock'
      | 'close'
      | 'config'
      | 'events'
      | 'expectedPath'
      | 'idle'
      | 'inject'
      | 'faults'
      | 'journal'
      | 'leftovers'
      | 'mailbox'
      | 'mailboxes'
      | 'mta'
      | 'mtas'
      | 'queue'
      | 'send'
      | 'waitFor'
      | typeof Symbol.asyncDispose
    expectTypeOf<keyof Chain>().toEqualTypeOf<Public>()
  })
})

describe('many chains', () => {
  it('live in one process, and their messages do not mix', async () => {
    await using first = await startChain(three())
    await using second = await startChain(three())
    const sendAll = (chain: Chain, to: string): Promise<string[]>[] => {
      return Array.from({ length: 20 }, async (_, n) => {
        const sent = await chain.send({ from: 'a@example.test', to, subject: `${to} ${n}`, text: 'Hi' })
        return (await sent.delivered()).map(({ content }) => Buffer.from(content).toString())
      })
    }
    const [ours, theirs] = await Promise.all([
      Promise.all(sendAll(first, 'ours@example.test')),
      Promise.all(sendAll(second, 'theirs@example.test')),
    ])
    ours.forEach(([content], n) => expect(content).toContain(`Subject: ours@example.test ${n}\r\n`))
    theirs.forEach(([content], n) => expect(content).toContain(`Subject: theirs@example.test ${n}\r\n`))
    expect([ours, theirs].map(contents => contents.flat().length)).toEqual([20, 20])
    const [stranger] = readTrace(theirs[0]?.[0] ?? '').hops
    expect(await first.journal.history(stranger?.received.id ?? '')).toBeNull()
  })
})

describe('the readers of trace fields', () => {
  it('read any message, synchronously', () => {
    const { hops, returnPath, oddities } = readTrace(
      [
        'Return-Path: <a@example.test>',
        'Received: from out.example ([192.0.2.2]) by mx.example with ESMTPS id 2; Tue, 24 Nov 2026 10:00:05 +0000',
        'Received: from laptop ([192.0.2.1]) by out.example ([192.0.2.2]) id 1; Tue, 24 Nov 2026 11:00:00 +0100',
        '',
        'Hi there',
      ].join('\r\n'),
    )
    expect(hops.map(({ received, delayMs }) => [received.by.name, delayMs])).toEqual([
      ['out.example', null],
      ['mx.example', 5_000],
    ])
    expect({ returnPath, oddities }).toEqual({ returnPath: 'a@example.test', oddities: [] })
  })

  it('read one field, with or without its name, as text or octets', () => {
    const value = 'from x.example (mail.example [IPv6:2001:db8::1]) by y.example; Tue, 24 Nov 2026 10:00:00 +0000'
    for (const field of [value, `Received: ${value}`, Buffer.from(`Received:\r\n ${value}\r\n`)]) {
      expect(readReceived(field)).toMatchObject({
        from: { helo: 'x.example', name: 'mail.example', address: '2001:db8::1' },
        by: { name: 'y.example', address: null },
        date: { instant: new Date('2026-11-24T10:00:00Z'), offset: 0 },
      })
    }
  })
})
