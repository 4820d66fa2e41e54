/**
 * Run by killing.ts: a chain of five MTAs on a state folder. Says where the first one listens and which copies an earlier
 * start left; once it is told anything it waits until no queue holds a message, stops and says so.
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { startChain } from '../../src/chain/start.js'
import { killedChain } from './killed-chain.js'

const [, , folder = '', network = ''] = process.argv
const chain = await startChain(killedChain(network), { folder })

function queued(): string[] {
  return chain.mtas.flatMap(mta => mta.queued.map(({ id }) => id))
}

writeSync(1, `${chain.mtas[0]?.port} ${queued().join(' ')}\n`)
await once(process.stdin, 'data')
while (queued().length > 0) await new Promise(setImmediate)
await chain.close()
writeSync(1, 'drained\n')
process.exit()
