import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { asDelivered, belowOurFields, expectPass } from './support/delivered.js'
import { type Arrived, type ReceivingChain, startReceivingChain } from './support/receiving-chain.js'
import { swaks } from './support/swaks.js'

let receiving: ReceivingChain
beforeEach(async () => {
  receiving = await startReceivingChain('127.71.1')
  return () => receiving.close()
})

/** Sends with swaks; resolves with the one message that arrives, once it is what was sent and passes the check. */
async function deliver(...args: readonly string[]): Promise<Arrived> {
  const { sent } = await swaks(receiving.server, ...args)
  const [arrived] = await receiving.arrivals(1)
  if (!arrived) throw new Error('nothing arrived')
  expectSent(arrived, sent)
  return arrived
}

function expectSent({ content, verdict }: Arrived, sent: Buffer): void {
  expectPass(verdict)
  expect(belowOurFields(content).toString('latin1')).toBe(asDelivered(sent).toString('latin1'))
}

const relayed = ['ESMTP', 'ESMTP', 'ESMTP', 'ESMTP']

test('a plain message arrives as it was sent, and the stamps say who sent it', async () => {
  const { content, verdict } = await deliver('--body', '.\nA line\n..of dots\n')
  expect(content.toString()).toMatch(/\r\n\r\n\.\r\nA line\r\n\.\.of dots\r\n/)
  expect(verdict.path.map(hop => hop.with)).toEqual(['ESMTP', ...relayed])
  expect(verdict.path.map(({ from }) => [from.helo, from.name, from.address])).toEqual([
    ['client.test', null, '127.0.0.1'],
    ['submission.chain.test', 'submission.chain.test', '127.71.1.1'],
    ['outbound.chain.test', 'outbound.chain.test', '127.71.1.2'],
    ['gateway.chain.test', 'gateway.chain.test', '127.71.1.3'],
    ['filter.chain.test', 'filter.chain.test', '127.71.1.4'],
  ])
  expect(verdict.path.map(hop => hop.for)).toEqual(Array(5).fill('b@example.test'))
})

test('an attachment arrives as it was sent', async () => {
  const file = fileURLToPath(new URL('../../fixtures/messages/latin1.eml', import.meta.url))
  const { content } = await deliver('--body', 'See there', '--attach', `@${file}`)
  expect(content.toString()).toContain('\r\nContent-Disposition: attachment; filename="latin1.eml"\r\n')
})

test('each of several recipients gets a copy, also where only the case of the local part differs', async () => {
  const recipients = ['b@example.test', 'B@example.test', 'c@example.org']
  const { sent } = await swaks(receiving.server, '--to', recipients.join(','))
  const arrived = await receiving.arrivals(3)
  expect(arrived.map(({ recipient }) => recipient).toSorted()).toEqual(recipients.toSorted())
  for (const copy of arrived) {
    expectSent(copy, sent)
    expect(copy.verdict.path.map(hop => hop.for)).toEqual(Array(5).fill(null))
  }
})

test('a client that says HELO is stamped with SMTP, the hops between MTAs with ESMTP', async () => {
  const { verdict } = await deliver('--protocol', 'SMTP')
  expect(verdict.path.map(hop => hop.with)).toEqual(['SMTP', ...relayed])
})

test('a client may pipeline its commands', async () => {
  const { lines, sent } = await swaks(receiving.server, '--pipeline')
  const [data, reply] = [lines.indexOf(' -> DATA'), lines.findIndex(line => line.startsWith('<-  250 2.1.0 '))]
  expect(data).toBeGreaterThan(0)
  expect(data).toBeLessThan(reply)
  for (const arrived of await receiving.arrivals(1)) expectSent(arrived, sent)
})

test('a forged Received field is a claim, and no part of the path', async () => {
  const forged =
    'from filter.chain.test (filter.chain.test [127.71.1.4]) by mailbox.chain.test ([127.71.1.5]) with ESMTP id F0RGEDF0RG; Tue, 24 Nov 2026 05:00:00 +0000'
  const { verdict } = await deliver('--header', `Received: ${forged}`)
  expect(verdict.claimed.map(({ id, trusted, mta }) => ({ id, trusted, mta }))).toEqual([
    { id: 'F0RGEDF0RG', trusted: false, mta: null },
  ])
})

test('a HELO that claims to be one of our MTAs is stamped as said, with the address it really came from', async () => {
  const { verdict } = await deliver('--helo', 'gateway.chain.test', '--local-interface', '127.71.1.99')
  expect(verdict.path[0]?.from).toEqual({ helo: 'gateway.chain.test', name: null, address: '127.71.1.99' })
})

test('the null reverse-path arrives as such', async () => {
  const { sent } = await swaks(receiving.server, '--from', '<>')
  const [arrived] = await receiving.arrivals(1, null)
  if (!arrived) throw new Error('nothing arrived')
  expectSent(arrived, sent)
  expect(arrived.content.toString()).toMatch(/^Return-Path: <>\r\n/)
})
