/**
 * A chain under load whose disk becomes full again and again: run by full-disk-program.ts.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Chain } from '../../../src/chain/chain.js'
import { startChain } from '../../../src/chain/start.js'
import type { ChainInput } from '../../../src/config/schema.js'
import { Database } from '../../../src/queue/database.js'
import { judge, missingOf } from '../../chain/killed-mail.js'
import { Load } from '../../chain/load.js'

const input: ChainInput = {
  mtas: ['a', 'b', 'c'].map((name, at) => ({ name, address: `127.84.3.${at + 1}` })),
  spool: 'disk',
  mailbox: 'maildir',
  journal: { size: '100kB', keep: 1 },
  retry: { after: ['100ms'] },
}
const times = 10
/** Messages that are waited for. */
const some = 8
/** For what is waited for, ms. */
const patience = 30_000

/** A disk that can be filled. */
export interface Disk {
  readonly folder: string
  fill(): void
  makeRoom(): void
}

/** What somebody does who reads mail: takes the messages out of the mailboxes, to a disk that has room. */
class Reader {
  readonly folder = mkdtempSync(join(tmpdir(), 'mta-chain-read-'))
  readonly #mailboxes: string
  #count = 0

  constructor(mailboxes: string) {
    this.#mailboxes = mailboxes
  }

  take(): void {
    for (const recipient of existsSync(this.#mailboxes) ? readdirSync(this.#mailboxes) : []) {
      const to = join(this.folder, 'mailbox', recipient, 'new')
      mkdirSync(to, { recursive: true })
      const from = join(this.#mailboxes, recipient, 'new')
      for (const name of existsSync(from) ? readdirSync(from) : []) {
        copyFileSync(join(from, name), join(to, `${this.#count++}`))
        rmSync(join(from, name))
      }
    }
  }
}

async function until(what: string, reader: Reader | null, holds: () => boolean): Promise<void> {
  for (const start = performance.now(); !holds(); await wait(10)) {
    reader?.take()
    if (performance.now() - start > patience) throw new Error(`waited in vain for ${what}`)
  }
}

/** Sends while the disk is not full, is full and has room again, and stops with messages in the queues. */
async function sendThroughFullDisk(chain: Chain, clients: Load, disk: Disk, reader: Reader): Promise<void> {
  const [first] = chain.mtas
  if (!first) throw new Error('no MTA')
  const running = clients.run(first.config.address, first.port, 4)
  const taken = async (when: string): Promise<void> => {
    const enough = clients.acknowledged + some
    await until(`messages taken ${when}`, reader, () => clients.acknowledged >= enough)
  }
  await taken('before')
  disk.fill()
  const enough = clients.refusals.length + some
  // nobody reads: what leaves the queues takes room in the mailboxes, and the queues grow
  await until('refusals', null, () => clients.refusals.length >= enough)
  disk.makeRoom()
  await taken('when there was room again')
  clients.stop()
  await running
}

export async function load(disk: Disk): Promise<object> {
  const { folder } = disk
  const [clients, reader] = [new Load(), new Reader(join(folder, 'mailbox'))]
  let chain = await startChain(input, { folder })
  for (let time = 0; time < times; time++) {
    await sendThroughFullDisk(chain, clients, disk, reader)
    if (time % 3 === 2) {
      await chain.close()
      chain = await startChain(input, { folder })
    }
    await until('empty queues', reader, () => chain.mtas.every(({ queued }) => queued.length === 0))
  }
  const mtas = chain.config.mtas
  await chain.close()
  reader.take()
  const { copies, flaws } = await judge(reader.folder, mtas, clients.sent, null)
  rmSync(reader.folder, { recursive: true })
  return {
    flaws,
    missing: missingOf(clients.sent, copies),
    twice: [...copies].filter(([, count]) => count > 1),
    refusals: [...new Set(clients.refusals)],
    left: await keysIn(join(folder, 'spool')),
  }
}

async function keysIn(spool: string): Promise<string[]> {
  const database = new Database(spool)
  const keys = ['item/', 'content/', 'aside/'].flatMap(prefix => database.keys(prefix))
  await database.close()
  return keys
}
