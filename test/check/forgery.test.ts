/**
 * What somebody may try who wants a message to seem to have gone the expected way.
 */
import { expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { chainOf, deliver, historyOf, journalOf, message, queueId, stampOf } from '../support/delivered-message.js'
import { apply, changeSent, drop, insert } from './mutations.js'
import { claimsOf, errorsOf } from './verdicts.js'

/** What somebody makes up who knows all names and addresses of the chain, but no queue ids. */
const madeUp = deliver({ serial: 900 }).parts.stamps

test('a client that says it is one of our MTAs is still the client', async () => {
  const client = { helo: 'mta1.chain.test', name: null, address: '127.0.0.1' }
  const { content, expected, journal } = deliver({ client })
  expect(errorsOf(await check(content, expected, { journal }))).toEqual([])
  const entered = deliver({ client, mtas: chainOf(5).slice(1) })
  expect(errorsOf(await check(entered.content, expected))).toEqual([
    'missing-hop 1 -',
    'from-address 2 3',
    'from-name 2 3',
  ])
})

test('a message that the chain has carried before: its old stamps are claims', async () => {
  const earlier = deliver()
  const again = deliver({ serial: 2, sent: earlier.content })
  const journal = journalOf([earlier, again].map(historyOf))
  for (const options of [{}, { journal }, { journal: again.journal }]) {
    const verdict = await check(again.content, again.expected, options)
    expect(errorsOf(verdict)).toEqual([])
    expect(claimsOf(verdict)).toEqual([5, 6, 7, 8, 9])
  }
})

test.each([1, 2, 3, 4, 5])('old stamps do not stand in for a stamp that is dropped at position %i', async position => {
  const earlier = deliver()
  const again = deliver({ serial: 2, sent: earlier.content })
  const journal = journalOf([earlier, again].map(historyOf))
  const content = apply(again, drop(position))
  for (const options of [{ journal }, {}]) {
    expect(errorsOf(await check(content, again.expected, options))).toEqual([`missing-hop ${position} -`])
  }
})

test.each([1, 2, 3, 4, 5])('made-up stamps that name all our MTAs do not stand in for position %i', async position => {
  const delivered = deliver({ sent: madeUp.join('') + message })
  const content = apply(delivered, drop(position))
  const { expected, journal } = delivered
  for (const options of [{ journal }, {}]) {
    expect(errorsOf(await check(content, expected, options))).toEqual([`missing-hop ${position} -`])
  }
})

test('in a chain of two the journal tells a made-up first hop from the dropped one', async () => {
  const mtas = chainOf(2)
  const delivered = deliver({ mtas, sent: deliver({ mtas, serial: 900 }).parts.stamps.join('') + message })
  const content = apply(delivered, drop(1))
  expect(errorsOf(await check(content, delivered.expected, { journal: delivered.journal }))).toEqual([
    'missing-hop 1 -',
  ])
  expect(await check(content, delivered.expected)).toMatchObject({ verdict: 'fail' })
})

test('foreign fields bury a short chain in the message alone, but not in the journal', async () => {
  const delivered = deliver({ mtas: chainOf(1) })
  const foreign = 'Received: from x.test ([192.0.2.1]) by y.test with SMTP id 7; Tue, 24 Nov 2026 09:00:00 +0000\r\n'
  const content = apply(delivered, insert(0, foreign, foreign))
  const buried = ['unexpected-hop - 0', 'unexpected-hop - 1']
  expect(errorsOf(await check(content, delivered.expected, { journal: delivered.journal }))).toEqual(buried)
  expect(errorsOf(await check(content, delivered.expected))).toEqual(['missing-hop 1 -'])
})

test('a client at the second MTA can make up a first hop for the message alone, but not for the journal', async () => {
  const [first] = chainOf(1)
  const stamp = stampOf({
    helo: 'client.test',
    name: null,
    address: '127.0.0.1',
    hostname: first?.hostname ?? '',
    byAddress: first?.address ?? '',
    protocol: 'ESMTP',
    id: queueId(900),
    recipient: 'b@example.test',
    time: Date.UTC(2026, 10, 24, 10),
  })
  const { content, journal } = deliver({ mtas: chainOf(5).slice(1), sent: stamp + message })
  const { expected } = deliver()
  const verdict = await check(content, expected, { journal })
  expect(errorsOf(verdict)).toEqual(['missing-hop 1 -'])
  expect(claimsOf(verdict)).toEqual([4])
  expect(errorsOf(await check(content, expected))).toEqual(['from-address 2 3', 'from-name 2 3', 'from-helo 2 3'])
})

test('a made-up hop is no displaced one: the journal has no such copy', async () => {
  const delivered = deliver({ sent: (madeUp[0] ?? '') + message })
  const content = apply(delivered, drop(5))
  expect(errorsOf(await check(content, delivered.expected, { journal: delivered.journal }))).toEqual([
    'missing-hop 5 -',
  ])
  expect(errorsOf(await check(content, delivered.expected))).toEqual(['wrong-order 5 4'])
})

test('a stamp of another message on top does not make it that message', async () => {
  const other = deliver({ serial: 2, sent: message.replace('Hi', 'Ho') })
  const delivered = deliver()
  const journal = journalOf([other, delivered].map(historyOf))
  const content = apply(delivered, insert(0, other.parts.stamps[2] ?? ''))
  expect(errorsOf(await check(content, delivered.expected, { journal }))).toEqual(['loop 3 0'])
  const changed = apply(delivered, insert(0, other.parts.stamps[2] ?? ''), changeSent('Hello', 'Hallo'))
  expect(errorsOf(await check(changed, delivered.expected, { journal }))).toEqual(['loop 3 0', 'content-changed 1 5'])
})

test('another message under the stamps of a delivered one', async () => {
  const other = deliver({ serial: 2, sent: message.replace('Hello', 'Send money') })
  const { content, expected, journal } = deliver()
  const mixed = Buffer.concat([content.subarray(0, content.length - message.length), other.parts.sent])
  expect(errorsOf(await check(mixed, expected, { journal }))).toEqual(['content-changed 1 4'])
})

test('a line end of LF alone hides a field from one reader and shows it to another', async () => {
  const sent = `Subject: x\nReceived: from evil.test by mta1.chain.test; Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nHi\r\n`
  const { content, expected } = deliver({ sent })
  expect(errorsOf(await check(content, expected))).toEqual(['malformed - 5'])
})

test('a header that a broken line ends does not part the readers: what follows is content', async () => {
  const { content, expected, journal } = deliver({
    sent: 'Subject: x\r\nno field\r\nReceived: from evil.test\r\n\r\nHi\r\n',
  })
  expect(await check(content, expected, { journal })).toMatchObject({ verdict: 'pass', claimed: [] })
})

test.each([
  ['below', 5],
  ['above', 0],
  ['in the middle', 3],
])('10,000 Received fields more, %s: no more than 10,000 are read', async (_, number) => {
  const delivered = deliver()
  const content = apply(delivered, insert(number, 'Received: by x.test;\r\n'.repeat(10_000)))
  const verdict = await check(content, delivered.expected)
  expect(errorsOf(verdict)[0]).toBe('malformed - 10000')
  expect(verdict.path.length + verdict.claimed.length).toBe(10_000)
})

test.each([
  ['nothing', ''],
  ['no header', '\r\n\r\n'],
  ['no line end', 'Received'],
  ['a field without a body', 'Received:'],
  ['octets of all kinds', Buffer.from(Array.from({ length: 256 }, (_, octet) => octet))],
])('%s is judged, not thrown', async (_, content) => {
  const { expected, journal } = deliver()
  expect(await check(content, expected, { journal })).toMatchObject({ verdict: 'fail', path: [] })
})
