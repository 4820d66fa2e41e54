/**
 * Sends one large message through a chain of five MTAs with everything on disk, and prints how much memory of its own
 * the process had before and at most, in octets. Run in a process of its own; its arguments: folder, octets.
 */
import { existsSync, readFileSync } from 'node:fs'
import { startChain } from '../../src/index.js'

/** Memory of the process itself: where the system tells, without the spool's pages of its file cache, which it maps. */
function ownMemory(): number {
  if (!existsSync('/proc/self/status')) return process.memoryUsage.rss()
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

const [folder = '', size = ''] = process.argv.slice(2)
const envelope = { from: 'a@example.test', to: 'b@example.test' }
const mtas = ['a', 'b', 'c', 'd', 'e'].map((name, at) => ({ name, address: `127.72.4.${at + 1}` }))
// the file's name is enough: `delivered()` would read it back
let arrived: (file: string | null) => void = () => undefined
const nextArrival = (): Promise<string | null> =>
  new Promise(resolve => {
    arrived = resolve
  })
const chain = await startChain(
  { mtas, spool: 'disk', mailbox: 'maildir' },
  { folder, onEvent: event => (event.event === 'delivered' ? arrived(event.file) : undefined) },
)
const small = nextArrival()
// what is loaded with the first message counts as idle
await chain.send({ envelope, content: 'Subject: small\r\n\r\n' })
await small

const idle = ownMemory()
let most = idle
const sampling = setInterval(() => {
  most = Math.max(most, ownMemory())
}, 5)
const large = nextArrival()
await chain.send({ envelope, content: Buffer.alloc(Number(size), `${'x'.repeat(76)}\r\n`) })
const file = await large
clearInterval(sampling)
await chain.close()
console.log(JSON.stringify({ idle, most, file }))
