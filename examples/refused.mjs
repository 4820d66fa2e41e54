// A message that an MTA in the middle of the chain refuses: who refused it, and what was said.
import { startChain, UndeliveredError } from 'mta-chain'

const chain = await startChain({
  mtas: [
    { name: 'outbound', address: '127.0.0.11' },
    { name: 'gateway', address: '127.0.0.12', recipients: ['*@example.test'] },
    { name: 'mailbox', address: '127.0.0.13' },
  ],
})
try {
  const content = 'Subject: Hi\r\n\r\nHi there\r\n'
  const sent = await chain.send({ envelope: { from: 'a@example.test', to: 'b@elsewhere.test' }, content })
  await sent.delivered()
} catch (error) {
  if (!(error instanceof UndeliveredError)) throw error
  console.log(error.message)
} finally {
  await chain.close()
}
