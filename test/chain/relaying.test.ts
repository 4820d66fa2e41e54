import { describe, expect, onTestFinished, test } from 'vitest'
import { Client } from '../../src/chain/client.js'
import { compose } from '../../src/chain/compose.js'
import { Flights } from '../../src/chain/flights.js'
import { Submission } from '../../src/chain/submission.js'
import { validateChain } from '../../src/config/load.js'
import { type Chain, type ChainInput, type JournalEvent, startChain, UndeliveredError } from '../../src/index.js'
import { fast, peerWith, there } from '../relay/harness.js'
import { connect } from '../support/raw-client.js'
import type { PeerOptions, ScriptedPeer } from '../support/scripted-peer.js'

const envelope = { from: 'a@example.test', to: 'b@example.test' }
const content = 'Subject: Tea\r\n\r\nAt four.\r\n'

interface Started {
  readonly chain: Chain
  readonly events: JournalEvent[]
}

async function chainOf(mtas: ChainInput['mtas'], more: Partial<ChainInput> = {}): Promise<Started> {
  const events: JournalEvent[] = []
  const chain = await startChain({ mtas, ...more }, { onEvent: event => events.push(event) })
  onTestFinished(() => chain.close())
  return { chain, events }
}

const three = ['submission', 'outbound', 'inbound'].map((name, at) => ({ name, address: `127.72.1.${at + 1}` }))

describe('what is sent to a chain', () => {
  test('arrives, each MTA having been the client of the next, from its own address', async () => {
    const { chain, events } = await chainOf(three)
    const [mail] = await (await chain.send({ envelope, content })).delivered()
    expect(Buffer.from(mail?.content ?? []).toString()).toMatch(
      /^Return-Path: <a@example\.test>\r\n(?:Received: [^]*)Subject: Tea\r\n\r\nAt four\.\r\n$/,
    )
    const received = events.filter(event => event.event === 'received')
    expect(received.map(({ client }) => [client.address, client.helo])).toEqual([
      ['127.0.0.1', 'client.chain.test'],
      ['127.72.1.1', 'submission.chain.test'],
      ['127.72.1.2', 'outbound.chain.test'],
    ])
    expect(received.map(({ previous }) => previous)).toEqual([null, received[0]?.id, received[1]?.id])
  })

  test.each([1, 15, 20, 40, 63, 64, 70, 300])('arrives octet for octet at %i KiB', async size => {
    const { chain } = await chainOf(three)
    const large = Buffer.from(`Subject: x\r\n\r\n${`.${'ü'.repeat(30)}\r\n`.repeat(size * 16)}`)
    const [mail] = await (await chain.send({ envelope, content: large })).delivered()
    expect(
      Buffer.from(mail?.content ?? [])
        .subarray(-large.length)
        .equals(large),
    ).toBe(true)
  })

  test('arrives for each recipient; those whose local parts differ in case are two', async () => {
    const { chain } = await chainOf(three)
    const to = ['b@example.test', 'B@example.test']
    const mails = await (await chain.send({ envelope: { ...envelope, to }, content })).delivered()
    expect(mails.map(({ recipient }) => recipient).toSorted()).toEqual(to.toSorted())
  })

  test('arrives with internationalised addresses or header by UTF8SMTP', async () => {
    const { chain, events } = await chainOf(three)
    await (await chain.send({ envelope: { from: null, to: 'ü@example.test' }, content })).delivered()
    await (await chain.send({ envelope, content: 'Subject: Grüße\r\n\r\n' })).delivered()
    await (await chain.send({ envelope, content: 'Subject: Tea\r\n\r\nGrüße\r\n' })).delivered()
    const protocols = events.filter(event => event.event === 'received').map(({ protocol }) => protocol)
    expect(protocols).toEqual([...Array.from({ length: 6 }, () => 'UTF8SMTP'), 'ESMTP', 'ESMTP', 'ESMTP'])
  })
})

describe('what the first MTA does not take', () => {
  const picky = [{ name: 'submission', address: '127.72.2.1', recipients: ['*@example.test'] }]

  test('is a rejection of send, where it is all', async () => {
    const { chain } = await chainOf(picky)
    const sending = chain.send({ envelope: { ...envelope, to: 'b@other.test' }, content })
    await expect(sending).rejects.toThrow(UndeliveredError)
    await expect(sending).rejects.toMatchObject({ recipient: 'b@other.test', mta: 'submission' })
    await expect(sending).rejects.toThrow(/at submission: 550 5\.7\.1 .* \(at rcpt\)/)
  })

  test('is a rejection of delivered, where others were taken; they arrive', async () => {
    const { chain, events } = await chainOf(picky)
    const to = ['b@example.test', 'b@other.test', 'c@example.test']
    const sent = await chain.send({ envelope: { ...envelope, to }, content })
    await expect(sent.delivered()).rejects.toMatchObject({ recipient: 'b@other.test', mta: 'submission' })
    await expect.poll(() => events.filter(({ event }) => event === 'delivered').length, fast).toBe(2)
  })

  test('is told for a content that mixes line ends', async () => {
    const { chain } = await chainOf(picky)
    const sending = chain.send({ envelope, content: 'Subject: x\r\n\nx\r\n' })
    await expect(sending).rejects.toThrow('550 5.5.2')
  })

  test('is told for a content that is too large', async () => {
    const { chain } = await chainOf(picky, { limits: { messageSize: 1_000 } })
    await expect(chain.send({ envelope, content: `${'x'.repeat(2_000)}\r\n` })).rejects.toThrow('552 5.3.4')
  })

  test('is a TypeError for an envelope that can not be', async () => {
    const { chain } = await chainOf(picky)
    await expect(chain.send({ envelope: { from: null, to: [] }, content })).rejects.toThrow(TypeError)
  })
})

describe('a refusal further on', () => {
  test('rejects delivered with the MTA that holds the message, and what it was told', async () => {
    const { chain } = await chainOf([
      { name: 'submission', address: '127.72.3.1' },
      { name: 'outbound', address: '127.72.3.2', recipients: ['b@example.test'] },
    ])
    const to = ['b@example.test', 'c@example.test']
    const sent = await chain.send({ envelope: { ...envelope, to }, content })
    await expect(sent.delivered()).rejects.toMatchObject({ recipient: 'c@example.test', mta: 'submission' })
    await expect(sent.delivered()).rejects.toThrow('550 5.7.1')
  })
})

describe('which copy a copy came from is known from the socket', () => {
  test('an outsider that looks like an MTA of the chain is none, and its message nobody of ours', async () => {
    const { chain, events } = await chainOf(three)
    const sent = await chain.send({ envelope, content })
    await sent.delivered()
    const [ours] = events.filter(event => event.event === 'received')
    const outsider = await connect({ host: '127.72.1.2', port: chain.mtas[1]?.port ?? 0, localAddress: '127.72.1.1' })
    onTestFinished(() => outsider.reset())
    await outsider.reply()
    await outsider.command('EHLO submission.chain.test')
    await outsider.write(
      `MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n${ours?.stamp}${content}.\r\n`,
    )
    for (const code of [250, 250, 354, 250]) expect((await outsider.reply()).code).toBe(code)
    await expect.poll(() => events.filter(({ event }) => event === 'delivered').length, fast).toBe(2)
    const copies = events.filter(event => event.event === 'received')
    expect(copies.filter(({ client }) => client.address === '127.72.1.1').map(({ previous }) => previous)).toEqual([
      ours?.id,
      null,
    ])
  })
})

describe('the client', () => {
  async function clientOf(options: PeerOptions = {}): Promise<{ client: Client; peer: ScriptedPeer }> {
    const peer = await peerWith(options)
    const checked = validateChain({ mtas: [{ name: 'first', address: there, port: peer.port }] })
    if (!checked.ok) throw new Error('not a chain')
    const first = checked.config.mtas[0] ?? expect.fail()
    const client = new Client(first, peer.port, checked.config.domain, new Flights())
    onTestFinished(() => client.close())
    return { client, peer }
  }

  async function submit(client: Client, octets = content): Promise<void> {
    const composed = await compose({ envelope, content: octets })
    await client.submit(composed, new Submission(composed.reversePath, composed.recipients, 'first'))
  }

  test('sends a thousand messages at once over twenty connections', async () => {
    const { client, peer } = await clientOf()
    await Promise.all(Array.from({ length: 1_000 }, () => submit(client)))
    expect(peer.sessions.flatMap(({ messages }) => messages)).toHaveLength(1_000)
    expect([peer.mostAtOnce, peer.sessions.length]).toEqual([20, 20])
  })

  test('says what the content needs', async () => {
    const { client, peer } = await clientOf()
    await submit(client)
    await submit(client, 'Subject: Tea\r\n\r\nGrüße\r\n')
    const mails = peer.sessions[0]?.commands.filter(command => command.startsWith('MAIL'))
    expect(mails).toEqual([
      `MAIL FROM:<a@example.test> SIZE=${content.length}`,
      'MAIL FROM:<a@example.test> BODY=8BITMIME SIZE=25',
    ])
  })

  test('goes on after failures', async () => {
    const { client, peer } = await clientOf({ attempts: Array.from({ length: 30 }, () => ({ mail: 'drop' as const })) })
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => submit(client)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
    expect(peer.mostAtOnce).toBeLessThanOrEqual(20)
  })

  test('is closed at once; whatever waits is told', async () => {
    const { client, peer } = await clientOf({ otherwise: { message: 'hang' } })
    const results = Promise.allSettled(Array.from({ length: 100 }, () => submit(client)))
    await expect.poll(() => peer.sessions.flatMap(({ messages }) => messages).length, fast).toBe(20)
    await client.close()
    const reasons = (await results).map(result => (result.status === 'rejected' ? String(result.reason) : 'taken'))
    const shut = 'UndeliveredError: not delivered to b@example.test: at first: shutting down'
    expect(new Set(reasons)).toEqual(new Set([`${shut} (at message)`, `${shut} (at connect)`]))
    expect(peer.sessions).toHaveLength(20)
  })

  test('a chain that is closed takes nothing', async () => {
    const { chain } = await chainOf(three)
    await chain.close()
    await expect(chain.send({ envelope, content })).rejects.toThrow('shutting down')
  })
})
