/**
 * What the spool on disk recovers, sets aside, and refuses to open.
 */
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { QueueId } from '../../src/mail/envelope.js'
import { Database } from '../../src/queue/database.js'
import { openDiskSpool } from '../../src/queue/disk-spool.js'
import { QueueIds } from '../../src/queue/ids.js'
import type { QueueItem } from '../../src/queue/item.js'
import { pieceKey, pieceSize } from '../../src/queue/pieces.js'
import { readExtent } from '../../src/queue/spool-file.js'
import { itemKey, writeItem } from '../../src/queue/stored-item.js'
import { commit, contentOf, itemOf, mailbox, octetsOf } from './items.js'
import { openSpool, recover, temporaryFolder } from './spools.js'

interface Filled {
  readonly folder: string
  readonly items: readonly QueueItem[]
}

const size = 2 * pieceSize + 5

/** A closed spool with messages of three pieces, received one after the other. */
async function fill(count: number): Promise<Filled> {
  const folder = temporaryFolder()
  const spool = await openSpool(folder)
  const ids = new QueueIds(spool.origin)
  const items = Array.from({ length: count }, (_, n) => {
    return { ...itemOf(ids.next(), size), receivedAt: new Date(1_700_000_000_000 + n) }
  })
  for (const item of items) await commit(spool, item, [octetsOf(item.id, size)])
  await spool.close()
  return { folder, items }
}

/** Does something with the database under the spool. */
async function tamper(folder: string, change: (database: Database) => void | Promise<void>): Promise<void> {
  const database = new Database(folder)
  await change(database)
  await database.close()
}

test('messages come back in the order they were received, with their contents', async () => {
  const { folder, items } = await fill(20)
  const spool = await openSpool(folder)
  expect(await recover(spool)).toEqual({ items, setAside: [] })
  for (const { id } of items) expect(contentOf(spool, id).equals(octetsOf(id, size))).toBe(true)
})

test('an item comes back as it was updated last, and not once it is removed', async () => {
  const { folder, items } = await fill(3)
  const [first, second, third] = items
  if (!first || !second || !third) throw new Error('too few')
  const spool = await openSpool(folder)
  const delivered = { code: 250, enhanced: null, text: 'ok' }
  const updated: QueueItem = {
    ...first,
    attempts: 2,
    recipients: [{ mailbox: mailbox('b@example.test'), state: 'delivered', reply: delivered }],
  }
  await spool.update({ ...first, attempts: 1 })
  await spool.update(updated)
  spool.remove(second)
  await spool.close()
  await tamper(folder, database => expect(database.keys(`content/${second.id}/`)).toEqual([]))
  expect(await recover(await openSpool(folder))).toEqual({ items: [updated, third], setAside: [] })
})

test('nothing is left of a message that was discarded', async () => {
  const { folder } = await fill(1)
  const spool = await openSpool(folder)
  const id = new QueueIds(spool.origin).next()
  const writer = spool.writer(id)
  await writer.write(octetsOf('discarded', size))
  writer.discard()
  await spool.close()
  await tamper(folder, database => expect(database.keys(`content/${id}/`)).toEqual([]))
})

test('a content without an item is removed: its client never got 250', async () => {
  const { folder, items } = await fill(1)
  const before = await openSpool(folder)
  const id = new QueueIds(before.origin).next()
  await before.writer(id).write(octetsOf('orphan', 3 * pieceSize))
  await before.close()
  await tamper(folder, database => expect(database.keys(`content/${id}/`)).toHaveLength(3))
  const spool = await openSpool(folder)
  expect(await recover(spool)).toEqual({ items, setAside: [] })
  await spool.close()
  await tamper(folder, database => expect(database.keys('content/')).toHaveLength(3))
})

test('what comes in before the recovery is asked for is none of it', async () => {
  const { folder, items } = await fill(1)
  const spool = await openSpool(folder)
  const ids = new QueueIds(spool.origin)
  const early = itemOf(ids.next(), size)
  const half = spool.writer(ids.next())
  await half.write(octetsOf('half', pieceSize))
  await commit(spool, early, [octetsOf(early.id, size)])
  expect(await recover(spool)).toEqual({ items, setAside: [] })
  expect(contentOf(spool, early.id).equals(octetsOf(early.id, size))).toBe(true)
})

function endOfPages(file: string): number {
  const descriptor = openSync(file, 'r')
  onTestFinished(() => closeSync(descriptor))
  return readExtent(descriptor)?.end ?? 0
}

const flip = (octets: Uint8Array): Buffer => {
  const flipped = Buffer.from(octets)
  flipped.writeUInt8(flipped.readUInt8(1000) ^ 1, 1000)
  return flipped
}

const damages: readonly {
  what: string
  mta: string
  reason: string
  damage: (database: Database, id: QueueId) => Promise<void>
}[] = [
  {
    what: 'unreadable JSON',
    mta: '',
    reason: 'not JSON',
    damage: (database, id) => database.put(itemKey(id), Buffer.from('{"id":"')),
  },
  {
    what: 'an unknown shape',
    mta: '',
    reason: 'envelope',
    damage: (database, id) =>
      database.put(itemKey(id), Buffer.from(JSON.stringify({ ...itemOf(id, size), envelope: 1 }))),
  },
  {
    what: 'the id of another',
    mta: 'gateway',
    reason: 'it says it is 0123456789',
    damage: async (database, id) => {
      const text = writeItem(itemOf(id, size)).toString().replace(id, '0123456789')
      await database.put(itemKey(id), Buffer.from(text))
    },
  },
  {
    what: 'another size',
    mta: 'gateway',
    reason: `${size} octets of content, there should be ${size + 1}`,
    damage: (database, id) => database.put(itemKey(id), writeItem(itemOf(id, size + 1))),
  },
  ...[0, 1, 2].map(n => ({
    what: `piece ${n + 1} missing`,
    mta: 'gateway',
    reason: `piece ${n + 1} of the content is missing`,
    damage: async (database: Database, id: QueueId) => database.forget([pieceKey(id, n)]),
  })),
  {
    what: 'an octet changed',
    mta: 'gateway',
    reason: 'piece 2 of the content is damaged',
    damage: (database, id) => database.put(pieceKey(id, 1), flip(database.get(pieceKey(id, 1)) ?? Buffer.alloc(0))),
  },
  {
    what: 'a piece that is empty',
    mta: 'gateway',
    reason: 'piece 1 of the content is damaged',
    damage: (database, id) => database.put(pieceKey(id, 0), Buffer.alloc(0)),
  },
]

describe('an item is set aside with its content, told once, and the others come back', () => {
  test.each(damages)('$what', async ({ mta, reason, damage }) => {
    const { folder, items } = await fill(3)
    const [first, damaged, last] = items
    if (!first || !damaged || !last) throw new Error('too few')
    await tamper(folder, database => damage(database, damaged.id))
    let before: string[] = []
    await tamper(folder, database => {
      before = database.keys('content/').filter(key => key.includes(damaged.id))
    })

    const spool = await openSpool(folder)
    const key = `aside/item/${damaged.id}`
    const told = { mta, key, reason: expect.stringContaining(reason) }
    expect(await recover(spool)).toEqual({ items: [first, last], setAside: [told] })
    await spool.close()
    await tamper(folder, database => {
      expect(database.keys('aside/').toSorted()).toEqual([...before.map(each => `aside/${each}`), key].toSorted())
      expect(database.keys('item/')).toHaveLength(2)
    })
    expect(await recover(await openSpool(folder))).toEqual({ items: [first, last], setAside: [] })
  })
})

test('a content that is damaged while the chain runs is not given out, only what stands before the damage', async () => {
  const folder = temporaryFolder()
  const spool = await openSpool(folder)
  const item = itemOf(new QueueIds(spool.origin).next(), size)
  await commit(spool, item, [octetsOf(item.id, size)])
  await tamper(folder, database => database.put(pieceKey(item.id, 1), Buffer.from('other')))
  const pieces = spool.content(item.id)[Symbol.iterator]()
  expect(Buffer.from(pieces.next().value ?? []).equals(octetsOf(item.id, pieceSize))).toBe(true)
  expect(() => pieces.next()).toThrow('piece 2 of the content is damaged')
})

test('a spool of a newer version is refused, and nothing in it is changed', async () => {
  const { folder } = await fill(1)
  await tamper(folder, database => database.put('meta', Buffer.from('{"version":2,"other":"shape"}')))
  const before = readFileSync(join(folder, 'data.mdb'))
  const reason = 'the spool has format 2, this version reads up to 1'
  expect(await openDiskSpool(folder)).toEqual({ kind: 'newer', reason })
  expect(readFileSync(join(folder, 'data.mdb')).equals(before)).toBe(true)
})

const metas = ['', 'no JSON', '{"version":1}', '{"version":1,"seed":-1,"blocks":0}', '{"seed":1,"blocks":0}']
test.each(metas)('a spool that says of itself %j is unusable, and stays as it is', async text => {
  const { folder, items } = await fill(1)
  await tamper(folder, database => database.put('meta', Buffer.from(text)))
  expect(await openDiskSpool(folder)).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('format') })
  await tamper(folder, database => expect(database.get(itemKey(items[0]?.id ?? ''))).toBeDefined())
})

test('a spool that has given all its queue ids away is unusable', async () => {
  const { folder } = await fill(1)
  await tamper(folder, database => database.put('meta', Buffer.from(`{"version":1,"seed":1,"blocks":${2 ** 26}}`)))
  expect(await openDiskSpool(folder)).toEqual({ kind: 'unusable', reason: 'all its queue ids are used up' })
})

describe('a folder that is no spool is unusable, with the reason', () => {
  const unusable = (reason: RegExp) => ({ kind: 'unusable', reason: expect.stringMatching(reason) })

  test('a file in its place', async () => {
    const file = join(temporaryFolder(), 'spool')
    writeFileSync(file, '')
    expect(await openDiskSpool(file)).toEqual(unusable(/EEXIST/))
  })

  test('a folder in place of the file', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'data.mdb'))
    expect(await openDiskSpool(folder)).toEqual(unusable(/EISDIR/))
  })

  // lmdb by itself ends the process on most of these
  const contents = { text: Buffer.from('hello'), zeros: Buffer.alloc(100_000), noise: octetsOf('noise', 100_000) }
  test.each(Object.entries(contents))('a data.mdb of %s', async (_, octets) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'data.mdb'), octets)
    expect(await openDiskSpool(folder)).toEqual(unusable(/data\.mdb: it is no lmdb file, or damaged/))
    expect(readFileSync(join(folder, 'data.mdb')).equals(octets)).toBe(true)
  })

  test('a data.mdb whose first page is overwritten', async () => {
    const { folder } = await fill(1)
    const file = join(folder, 'data.mdb')
    writeFileSync(file, Buffer.concat([Buffer.alloc(4096), readFileSync(file).subarray(4096)]))
    expect(await openDiskSpool(folder)).toEqual(unusable(/no lmdb file/))
  })

  test('a data.mdb that is cut off, wherever it is: refused, or what is left of it is set aside', async () => {
    const { folder } = await fill(10)
    // behind lmdb's last page lie zeros, which nobody misses
    const whole = endOfPages(join(folder, 'data.mdb'))
    for (let kept = 0; kept < whole; kept += Math.ceil(whole / 8)) {
      const other = temporaryFolder()
      copyFileSync(join(folder, 'data.mdb'), join(other, 'data.mdb'))
      truncateSync(join(other, 'data.mdb'), Math.max(kept, 1))
      const opened = await openDiskSpool(other)
      if ('kind' in opened) {
        expect(opened.kind).toBe('unusable')
        continue
      }
      const { items, setAside } = await recover(opened)
      expect(items.length + setAside.length).toBe(10)
      expect(setAside.length).toBeGreaterThan(0)
      await opened.close()
    }
  })
})
