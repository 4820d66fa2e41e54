// Three MTAs in this process: send a message, wait until it has arrived, prove which way it went.
import { check, startChain } from 'mta-chain'

const chain = await startChain({
  mtas: [
    { name: 'submission', address: '127.0.0.11' },
    { name: 'gateway', address: '127.0.0.12' },
    { name: 'mailbox', address: '127.0.0.13' },
  ],
})
try {
  const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hi there' })
  const [mail] = await sent.delivered()
  const verdict = await check(mail.content, chain.expectedPath(mail), { journal: chain.journal })
  for (const { position, mta, by } of verdict.path) console.log(position, mta, by.address)
  console.log(verdict.verdict, 'by', verdict.evidence)
} finally {
  await chain.close()
}
