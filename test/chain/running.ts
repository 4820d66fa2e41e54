/**
 * Run by recovery.test.ts: starts a chain of two MTAs on a state folder, sends messages for ever, and prints each one's
 * number once the chain has taken it over.
 */
import { writeSync } from 'node:fs'
import { startChain } from '../../src/chain/start.js'

const [, , folder = '', first = ''] = process.argv
const mtas = [
  { name: 'a', address: '127.77.2.1' },
  { name: 'b', address: '127.77.2.2' },
]
const chain = await startChain({ mtas, spool: 'disk', mailbox: 'maildir' }, { folder })

async function send(from: number, step: number): Promise<void> {
  for (let n = from; ; n += step) {
    // every fourth is larger than what the spool writes at once
    const text = `message ${n}\r\n`.repeat(n % 4 === 0 ? 20_000 : 1)
    const to = n % 3 === 0 ? 'blocked@example.test' : 'b@example.test'
    await chain.send({ from: 'a@example.test', to, subject: `n${n}`, text })
    writeSync(1, `${n} ${to}\n`)
  }
}

await Promise.all([0, 1, 2, 3].map(lane => send(Number(first) + lane, 4)))
