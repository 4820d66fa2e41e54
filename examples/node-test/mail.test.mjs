// Plain assertions: they throw an AssertionError, whatever runs the tests.
// @ts-check
import assert from 'node:assert'
import { after, before, test } from 'node:test'
import { startChain } from 'mta-chain'
import { assertBouncedBy, assertHop, assertNotPassedThrough, assertTravelled, assertVerdict } from 'mta-chain/node-test'

/** @type {import('mta-chain').Chain} */
let chain

before(async () => {
  chain = await startChain({
    mtas: [
      { name: 'submission', address: '127.0.0.11' },
      { name: 'gateway', address: '127.0.0.12', recipients: ['*@example.test'] },
      { name: 'mailbox', address: '127.0.0.13' },
    ],
  })
})

after(() => chain.close())

test('a message goes through every MTA', async () => {
  const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello there' })
  const [mail] = await sent.delivered()
  assert(mail)
  await assertTravelled(mail, ['submission', '127.0.0.12', /mailbox/])
  await assertHop(mail, { by: 'gateway', from: 'submission', with: /^ESMTP/ })
  await assertVerdict(mail, 'pass')
})

test('one that begins at the gateway was never at the first MTA', async () => {
  const sent = await chain.inject('gateway', { from: 'a@example.test', to: 'b@example.test', text: 'Hello there' })
  await assertNotPassedThrough(sent, 'submission')
})

test('one to elsewhere is refused by the gateway', async () => {
  const sent = await chain.send({ from: 'a@example.test', to: 'b@elsewhere.test', text: 'Hello there' })
  await assertBouncedBy(sent, 'gateway', '5.7.1')
})
