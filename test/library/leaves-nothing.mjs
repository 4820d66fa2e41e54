// Run by processes.test.ts in a process of its own: prints what was open before and after, and must end by itself.
import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { startChain } from 'mta-chain'

const [folder, ...addresses] = process.argv.slice(2)
const mtas = addresses.map((address, at) => ({ name: `mta-${at}`, address }))
const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }

/** Open files and sockets, where the system tells; and what Node would wait for. */
async function open() {
  for (let turns = 0; turns < 10; turns++) await turn()
  return { files: filesOf(process), resources: process.getActiveResourcesInfo().filter(isHeld).toSorted() }
}

function filesOf({ platform }) {
  return platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
}

/** The listing itself shows up. */
function isHeld(resource) {
  return !['Immediate', 'FSReqPromise', 'CloseReq', 'PipeWrap', 'TTYWrap'].includes(resource)
}

async function delivered(chain) {
  const sent = await chain.send(mail)
  return sent.delivered()
}

// the first of everything may stay: what is loaded once, the pool of threads
await (await startChain({ mtas })).close()

const before = await open()
for (let n = 0; n < 100; n++) await (await startChain({ mtas })).close()
for (let n = 0; n < 5; n++) {
  const chain = await startChain({ mtas, spool: 'disk', mailbox: 'maildir' }, { folder })
  await Promise.all([delivered(chain), delivered(chain), chain.send(mail)])
  await chain.close()
}
await startChain({ mtas: [...mtas, { name: 'twice', address: '192.0.2.1', exposed: true }] }).catch(() => undefined)
console.log(JSON.stringify({ before, after: await open() }))
