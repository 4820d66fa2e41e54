// A gateway that greylists for ten minutes, and a clock that jumps: the dates show the wait, the test does not wait.
import { readTrace, startChain } from 'mta-chain'

const chain = await startChain({
  clock: { start: '2026-01-01T09:00:00Z', speed: 'jump' },
  mtas: [
    { name: 'outbound', address: '127.0.0.11' },
    { name: 'gateway', address: '127.0.0.12', faults: [{ at: 'rcpt', greylist: '10m' }] },
  ],
})
const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' })
const [mail] = await sent.delivered()
for (const { received } of readTrace(mail.content).hops) {
  console.log(received.by.name, received.date.instant.toISOString().slice(11, 16))
}

// at run time too; a rule is put in front of those that are there
const fault = chain.faults.add('gateway', { at: 'mail', reply: '550 5.7.1 Not today' })
await chain
  .send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' })
  .then(other => other.delivered())
  .catch(error => console.log(error.message))
fault.remove()
await chain.close()
