// Which way does a message go, and what becomes of one that is refused? Each test has a chain of its own, in memory.
import { describe, expect } from 'vitest'
import { chainTest } from 'mta-chain/vitest'

const test = chainTest({
  clock: { start: '2026-01-01T09:00:00Z', speed: 'jump' },
  mtas: [
    { name: 'submission', address: '127.0.0.11' },
    {
      name: 'gateway',
      address: '127.0.0.12',
      faults: [{ at: 'rcpt', match: { recipient: 'nobody@*' }, reply: '550 5.1.1 No such user' }],
    },
    { name: 'mailbox', address: '127.0.0.13' },
  ],
})

const hello = { from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello there' }

describe('a message', () => {
  test('goes through every MTA', async ({ chain }) => {
    const sent = await chain.send(hello)
    const [mail] = await sent.delivered()
    await expect(mail).toHaveTravelled(['submission', '127.0.0.12', /mailbox/])
    await expect(mail).toHavePassedThrough('gateway')
    await expect(mail).toMatchPath('submission > * > mailbox')
    await expect(mail).toHaveHop({ by: 'gateway', from: 'submission', with: 'ESMTP', id: expect.any(String) })
    await expect(mail).toHaveVerdict('pass')
    await expect(mail).toHaveArrivedWithin('2m')
  })

  test('can begin in the middle', async ({ chain }) => {
    const sent = await chain.inject('gateway', hello)
    await expect(sent).toHaveTravelled(['gateway', 'mailbox'])
    await expect(sent).not.toHavePassedThrough('submission')
  })

  test('that the gateway greylists takes a quarter of an hour, but not of ours', async ({ chain }) => {
    chain.faults.add('gateway', { at: 'rcpt', greylist: '10m' })
    const sent = await chain.send(hello)
    await expect(sent).not.toHaveArrivedWithin('10m')
    await expect(sent).toHaveFinding('delayed', { message: /Greylisted/ })
  })

  test('that the gateway refuses comes back', async ({ chain }) => {
    const sent = await chain.send({ ...hello, to: 'nobody@example.test' })
    await expect(sent).toHaveBeenBouncedBy('gateway', '5.1.1')
    await chain.waitFor('delivered', { to: 'a@example.test' })
    const [report] = await chain.mailbox('a@example.test')
    await expect(report).toHaveBeenBouncedBy('gateway', '550')
  })

  test('with a stamp that somebody changed is found out', async ({ chain }) => {
    const [mail] = await (await chain.send(hello)).delivered()
    const changed = Buffer.from(mail.content)
      .toString()
      .replace('by gateway.chain.test ([127.0.0.12])', 'by gateway.chain.test ([192.0.2.1])')
    await expect(changed).toHaveFinding('by-address', { position: 2, found: '192.0.2.1' }, { chain })
  })
})
