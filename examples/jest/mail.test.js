// jest runs modules with NODE_OPTIONS=--experimental-vm-modules: see package.json.
// @ts-check
import { expect, test } from '@jest/globals'
import { useChain } from 'mta-chain/jest'

const chain = useChain({
  mtas: [
    { name: 'submission', address: '127.0.0.11' },
    { name: 'gateway', address: '127.0.0.12', recipients: ['*@example.test'] },
    { name: 'mailbox', address: '127.0.0.13' },
  ],
})

test('a message goes through every MTA', async () => {
  const sent = await chain().send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello there' })
  await expect(sent).toHaveTravelled(['submission', '127.0.0.12', /mailbox/])
  await expect(sent).toHaveHop({ by: 'gateway', from: { helo: expect.stringContaining('submission') } })
  await expect(sent).toHaveVerdict('pass')
  await expect(sent).not.toHaveFinding('delayed')
})

test('one to elsewhere is refused by the gateway', async () => {
  const sent = await chain().send({ from: 'a@example.test', to: 'b@elsewhere.test', text: 'Hello there' })
  await expect(sent).toHaveBeenBouncedBy('gateway', '5.7.1')
})
