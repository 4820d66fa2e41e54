/**
 * Run by full-disk.test.ts on a small file system: each scenario fills it, goes on, makes room again, and returns what it
 * found. An unhandled rejection ends it.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openState } from '../../../src/chain/state.js'
import { startChain } from '../../../src/chain/start.js'
import { validateChain } from '../../../src/config/load.js'
import { JournalFile } from '../../../src/journal/file.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { Maildir } from '../../../src/mailbox/maildir.js'
import { Database } from '../../../src/queue/database.js'
import { openDiskSpool } from '../../../src/queue/disk-spool.js'
import { QueueIds } from '../../../src/queue/ids.js'
import type { QueueItem } from '../../../src/queue/item.js'
import type { Spool } from '../../../src/queue/spool.js'
import { delivery, filesIn } from '../../mailbox/deliveries.js'
import { newId, received } from '../../journal/events.js'
import { load } from './full-disk-load.js'
import { commit, contentOf, itemOf, octetsOf } from '../../queue/items.js'

const [, , scenario = '', folder = ''] = process.argv
const filler = join(folder, 'filler')

/** Writes until nothing more goes in. */
function fill(): void {
  for (const size of [65_536, 4096, 1]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
    } catch {
      // full for this size
    }
  }
}

async function open(): Promise<Spool> {
  const spool = await openDiskSpool(join(folder, 'spool'))
  if ('kind' in spool) throw new Error(spool.reason)
  return spool
}

async function isTaken(spool: Spool, item: QueueItem): Promise<boolean> {
  return commit(spool, item, [octetsOf(item.id, item.size)]).then(
    () => true,
    () => false,
  )
}

/** Of messages, some of several pieces, which come in until the disk is full and while it is. */
async function spooling() {
  const [first, items] = [await open(), new Map<string, QueueItem>()]
  const ids = new QueueIds(first.origin)
  const results: boolean[] = []
  const receive = async (sizes: readonly number[]): Promise<void> => {
    const messages = sizes.map(size => itemOf(ids.next(), size))
    const taken = await Promise.all(messages.map(item => isTaken(first, item)))
    messages.forEach((item, at) => taken[at] && items.set(item.id, item))
    results.push(...taken)
  }
  for (let n = 0; n < 30; n++) await receive([200_000, 3000, 100_000])
  fill()
  await receive([200_000, 200_000])
  const refused = results.filter(taken => !taken).length
  const lastWhileFull = results.at(-1)
  rmSync(filler)
  for (const item of [...items.values()].slice(0, 9)) {
    first.remove(item)
    items.delete(item.id)
  }
  const before = items.size
  await receive([200_000, 3000])
  await first.close()
  const database = new Database(join(folder, 'spool'))
  const contents = new Set(database.keys('content/').map(key => key.split('/')[1]))
  await database.close()
  const second = await open()
  const { messages, setAside } = await second.recover()
  const recovered = messages.flatMap(({ id }) => {
    const item = second.item(id)
    return 'unreadable' in item ? [] : [item]
  })
  const damaged = recovered.filter(({ id, size }) => !contentOf(second, id).equals(octetsOf(id, size)))
  await second.close()
  return {
    refused: refused > 0,
    lastWhileFull,
    takenAfter: items.size - before,
    missing: [...items.keys()].filter(id => !recovered.some(item => item.id === id)).length,
    tooMany: recovered.filter(({ id }) => !items.has(id)).length,
    setAside: setAside.length,
    damaged: damaged.length,
    withoutItem: [...contents].filter(id => !items.has(id ?? '')).length,
  }
}

/** Of a chain that starts, and whose folder can't be opened. */
async function start() {
  const read = validateChain({ mtas: [{ name: 'a', address: '127.77.4.1' }], spool: 'disk', mailbox: 'maildir' })
  if (!read.ok) throw new Error('not a configuration')
  const state = join(folder, 'state')
  fill()
  const problem = await openState(read.config, state)
  rmSync(filler)
  const opened = await openState(read.config, state)
  if (!('kind' in opened)) await opened.close()
  return { problem, opened: !('kind' in opened) }
}

async function journal() {
  let failures = 0
  const file = await JournalFile.open({ folder, size: 1e9, keep: 4, onFailure: () => failures++ })
  const [first, last] = [received(newId()), received(newId())]
  file.append(first)
  await new Promise(resolve => setTimeout(resolve, 50))
  fill()
  for (let n = 0; n < 50; n++) {
    file.append({ ...received(newId()), stamp: 'x'.repeat(3000) })
    await new Promise(setImmediate)
  }
  await new Promise(resolve => setTimeout(resolve, 50))
  rmSync(filler)
  file.append(last)
  await file.close()
  const read = (await new JournalReader(folder).readOn()).map(({ id }) => id)
  return { failures, first: read[0] === first.id, last: read.at(-1) === last.id }
}

async function maildir() {
  const mailboxes = new Maildir(join(folder, 'mailbox'))
  await mailboxes.deliver(delivery('b@example.test', 'x'))
  fill()
  const message = delivery('b@example.test', 'y'.repeat(100_000))
  const failure = await mailboxes.deliver(message).then(
    () => '',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
  const files = filesIn(join(folder, 'mailbox', 'b@example.test'))
  rmSync(filler)
  await mailboxes.deliver(message)
  const after = readdirSync(join(folder, 'mailbox', 'b@example.test', 'new')).length
  return { failure, tmp: files['tmp'], delivered: after }
}

/** Of a chain on the wire. */
async function chain() {
  const mtas = [{ name: 'a', address: '127.77.4.2' }]
  const running = await startChain({ mtas, spool: 'disk', mailbox: 'maildir' }, { folder })
  const send = (text: string) => running.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text })
  await (await send('first')).delivered()
  fill()
  const refusal = await send('x\r\n'.repeat(200_000)).then(
    () => 'taken over',
    (error: unknown) => String(error),
  )
  rmSync(filler)
  const delivered = await (await send('second')).delivered()
  await running.close()
  return { refusal, delivered: delivered.length, left: readdirSync(folder).toSorted() }
}

const scenarios: Readonly<Record<string, () => Promise<object>>> = {
  spool: spooling,
  start,
  journal,
  maildir,
  chain,
  load: () => load({ folder, fill, makeRoom: () => rmSync(filler) }),
}
console.log(JSON.stringify(await scenarios[scenario]?.()))
