// Plain assertions: they throw an AssertionError, whatever runs the tests. Each test has a chain, which ends with it.
// @ts-check
import assert from 'node:assert'
import { test } from 'node:test'
import {
  assertBouncedBy,
  assertHop,
  assertNotPassedThrough,
  assertTravelled,
  assertVerdict,
  chainFor,
} from 'mta-chain/node-test'

const config = {
  mtas: [
    { name: 'submission', address: '127.0.0.11' },
    { name: 'gateway', address: '127.0.0.12', recipients: ['*@example.test'] },
    { name: 'mailbox', address: '127.0.0.13' },
  ],
}

test('a message goes through every MTA', async t => {
  const chain = await chainFor(t, config)
  const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello there' })
  const [mail] = await sent.delivered()
  assert(mail)
  await assertTravelled(mail, ['submission', '127.0.0.12', /mailbox/])
  await assertHop(mail, { by: 'gateway', from: 'submission', with: /^ESMTP/ })
  await assertVerdict(mail, 'pass')
})

test('one that begins at the gateway was never at the first MTA', async t => {
  const chain = await chainFor(t, config)
  const sent = await chain.inject('gateway', { from: 'a@example.test', to: 'b@example.test', text: 'Hello there' })
  await assertNotPassedThrough(sent, 'submission')
})

test('one to elsewhere is refused by the gateway', async t => {
  const chain = await chainFor(t, config)
  const sent = await chain.send({ from: 'a@example.test', to: 'b@elsewhere.test', text: 'Hello there' })
  await assertBouncedBy(sent, 'gateway', '5.7.1')
})
