/**
 * Run by crash.test.ts: commits messages into the spool of a folder, and updates and removes some, until it is killed.
 * What it has done is printed as soon as it is acknowledged; of a removal, which is not, before.
 */
import { writeSync } from 'node:fs'
import { openDiskSpool } from '../../src/queue/disk-spool.js'
import { QueueIds } from '../../src/queue/ids.js'
import { pieceSize } from '../../src/queue/pieces.js'
import type { Spool } from '../../src/queue/spool.js'
import { commit, itemOf, octetsOf } from './items.js'

const opened = await openDiskSpool(process.argv[2] ?? '')
if ('kind' in opened) throw new Error(opened.reason)
const ids = new QueueIds(opened.origin)

function print(what: string): void {
  writeSync(1, `${what}\n`)
}

/** Some of one piece, some of several; each fifth is updated, each third is removed. */
async function work(spool: Spool, lane: number): Promise<void> {
  for (let n = lane; ; n++) {
    const size = n % 4 === 0 ? 3 * pieceSize + n : 2000 + n
    const item = itemOf(ids.next(), size)
    await commit(spool, item, [octetsOf(item.id, size)])
    print(`committed ${item.id}`)
    if (n % 5 === 0) {
      await spool.update({ ...item, attempts: 1 })
      print(`updated ${item.id}`)
    }
    if (n % 3 === 0) {
      print(`removed ${item.id}`)
      spool.remove(item)
    }
  }
}

await Promise.all([1, 2, 3, 4].map(lane => work(opened, lane)))
