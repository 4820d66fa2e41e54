/**
 * A soak: five MTAs at which everything goes wrong by chance, from a seed, with a clock at which a second is an hour:
 * `npm run bench:soak -- --minutes 5 --seed 1`. Each second every message and recipient that got 250 is looked for: it
 * must be delivered, bounced or queued. At the end, without faults, all must be delivered or bounced, and the chain must
 * hold no more than at its start. Ends with status 1 where that is not so, and says the seed.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { faultsSchema, messageSchema } from '../src/control/answers.js'
import { ask, askLines } from '../src/control/client.js'
import { makeRandom } from '../src/fault/random.js'
import { Database } from '../src/queue/database.js'
import { addresses, port, soakChain } from './soak/chain.js'
import { growth } from './soak/growth.js'
import { type Balance, Ledger, type Queued } from './soak/ledger.js'
import { Sender } from './soak/sender.js'
import { Tail } from './tail.js'
import { Up } from './up.js'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
})
const [seed, seconds] = [Number(values.seed), Number(values.minutes) * 60]
const clients = 8
/** Time for what is queued at the end, s. */
const drainSeconds = 60
/** What the process may keep beyond what it had at first, MB: code that is compiled meanwhile and the like. */
const heapAtMost = 12
/** What its memory may grow by in the second half, MB. */
const growthAtMost = 40

const probeSchema = z.object({ heap: z.number(), timers: z.number() })
const breaches: string[] = []

function expected(what: string, holds: boolean): void {
  if (holds) return
  breaches.push(what)
  console.error(`not so: ${what}`)
}

async function probe(up: Up): Promise<z.infer<typeof probeSchema>> {
  const answer = once(up.child, 'message')
  up.child.send('probe')
  return probeSchema.parse((await answer)[0])
}

async function queuesOf(up: Up): Promise<Queued[]> {
  const found: Queued[] = []
  const asked = await askLines(up.state, { method: 'GET', path: '/queue' }, messageSchema, message => {
    found.push(message)
    return Promise.resolve(true)
  })
  if ('failed' in asked) throw new Error(asked.error)
  return found
}

/** Rules after which the sending MTA can't know whether its message was taken over (RFC 1047). */
async function doubtfulRules(up: Up): Promise<Set<string>> {
  const asked = await ask(up.state, { method: 'GET', path: '/faults' }, faultsSchema)
  if ('failed' in asked) throw new Error(asked.error)
  return new Set(asked.value.faults.filter(({ rule }) => rule['keep'] === true).map(({ id }) => id))
}

const folder = await mkdtemp(join(tmpdir(), 'mta-chain-soak-'))
const probeFile = join(import.meta.dirname, 'soak/probe.mjs')
console.log(`Node ${process.version}, ${cpus().length} cores, seed ${seed}, ${seconds} s, ${clients} clients`)
const up = await Up.start(folder, soakChain(seed, seconds), ['--expose-gc', '--import', probeFile])
const ledger = new Ledger(await doubtfulRules(up))
const tail = await Tail.open(join(up.state, 'journal.jsonl'))
const base = { ...(await probe(up)), ...(await up.descriptors()) }
const memory: number[] = []
let most = 0

async function look(): Promise<Balance> {
  const open = ledger.open()
  const queued = await queuesOf(up)
  for (const line of await tail.lines()) ledger.take(line)
  const balance = ledger.balance(open, queued)
  most = Math.max(most, balance.queued)
  for (const pair of balance.lost.slice(0, 5)) expected(`${pair} is delivered, bounced or queued`, false)
  return balance
}

async function watch(until: number): Promise<void> {
  for (let second = 0; performance.now() < until; second++) {
    const { sent, delivered, bounced, queued, unseen } = await look()
    const { own, files } = await up.memory()
    memory.push(own)
    if (second % 10 === 0) {
      const { sockets } = await up.descriptors()
      const parts = `${delivered} delivered + ${bounced} bounced + ${queued} queued (${unseen} under way)`
      console.log(`${second} s: ${sent} = ${parts}; ${own.toFixed(0)} + ${files.toFixed(0)} MB, ${sockets} sockets`)
    }
    await wait(1000)
  }
}

async function drain(): Promise<Balance> {
  await up.command('fault', 'clear')
  await up.command('queue', 'retry', '--all')
  const until = performance.now() + drainSeconds * 1000
  for (;;) {
    const balance = await look()
    const isOver = balance.delivered + balance.bounced === balance.sent
    // an MTA whose message was taken without a word still waits for the answer
    if ((isOver && (await queuesOf(up)).length === 0) || performance.now() > until) return balance
    await wait(500)
  }
}

async function expectAtRest(balance: Balance): Promise<void> {
  expected('all is delivered or bounced', balance.delivered + balance.bounced === balance.sent)
  const left = await queuesOf(up)
  expected(`the queues are empty: ${JSON.stringify(left.slice(0, 3))}`, left.length === 0)
  // connections between MTAs are closed when unused for a second
  await wait(3000)
  const rest = { ...(await probe(up)), ...(await up.descriptors()) }
  const changes = (what: keyof typeof base): string => `${base[what].toFixed(0)} | ${rest[what].toFixed(0)}`
  console.log(`\n| | at first | at last |\n| --- | --- | --- |`)
  console.log(`| JavaScript heap, MB | ${changes('heap')} |\n| timers | ${changes('timers')} |`)
  console.log(`| open files | ${changes('all')} |\n| sockets | ${changes('sockets')} |`)
  expected('as many sockets as at first', rest.sockets <= base.sockets)
  expected('as many open files as at first', rest.all <= base.all)
  expected('as many timers as at first', rest.timers <= base.timers)
  expected(`the heap has not grown by more than ${heapAtMost} MB`, rest.heap - base.heap <= heapAtMost)
}

async function expectEmptySpool(): Promise<void> {
  const spool = new Database(join(up.state, 'spool'))
  const keys = ['item/', 'content/', 'aside/'].flatMap(prefix => spool.keys(prefix))
  await spool.close()
  expected(`the spool is empty: ${keys.slice(0, 5).join(', ')}`, keys.length === 0)
}

function report(balance: Balance, tried: number): void {
  const { all, unexplained } = ledger.duplicates()
  const grown = growth(memory)
  for (const each of unexplained.slice(0, 5)) expected(`${each}, a fault with an unknown outcome explains it`, false)
  for (const flaw of ledger.flaws) expected(flaw, false)
  expected(`memory has not grown by more than ${growthAtMost} MB in the second half`, grown <= growthAtMost)
  const faults = [...ledger.faults.values()].reduce((sum, each) => sum + each, 0)
  console.log(`\n| seed ${seed}, ${seconds} s | |\n| --- | --- |
| messages tried | ${tried} |
| messages and recipients that got 250, with reports | ${balance.sent} |
| delivered | ${balance.delivered} |
| bounced | ${balance.bounced} |
| queued at most | ${most} |
| reports, of them of a delay | ${ledger.reports}, ${ledger.delayed} |
| faults that fired, by so many rules | ${faults}, ${ledger.faults.size} |
| taken over once more by an MTA, delivered or bounced once more | ${all}, ${ledger.surplus} |
| growth of the process's own memory in the second half, MB | ${grown.toFixed(0)} |`)
}

try {
  const until = performance.now() + seconds * 1000
  const senders = Array.from({ length: clients }, (_, at) => {
    const random = makeRandom(seed, `client ${at}`)
    return new Sender(addresses[0] ?? '', port, random, message => ledger.accepted(message))
  })
  await Promise.all([...senders.map(sender => sender.run(until)), watch(until)])
  const balance = await drain()
  await expectAtRest(balance)
  report(
    balance,
    senders.reduce((sum, { tried }) => sum + tried, 0),
  )
} finally {
  await up.stop()
  await tail.close()
}
await expectEmptySpool()
if (breaches.length > 0)
  console.error(
    `\nTo repeat it: npm run bench:soak -- --minutes ${values.minutes} --seed ${seed}; its files are in ${folder}`,
  )
else await rm(folder, { recursive: true, force: true })
process.exitCode = breaches.length > 0 ? 1 : 0
