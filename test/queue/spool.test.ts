/**
 * What both spools promise. Of the disk alone: disk-spool.test.ts, crash.test.ts.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QueueIds } from '../../src/queue/ids.js'
import { pieceSize } from '../../src/queue/pieces.js'
import type { Spool } from '../../src/queue/spool.js'
import { commit, contentOf, itemOf, octetsOf } from './items.js'
import { recover, spools } from './spools.js'

/** Sizes about the borders of the disk's pieces, and any other. */
const size = fc.oneof(
  fc.nat(200),
  fc.nat(200_000),
  fc.tuple(fc.nat(3), fc.integer({ min: -2, max: 2 })).map(([pieces, more]) => Math.max(pieces * pieceSize + more, 0)),
)
const contents = fc.record({
  octets: size.map(octets => octetsOf('any', octets)),
  cuts: fc.array(fc.nat(), { maxLength: 20 }),
})

function* cut(octets: Uint8Array, cuts: readonly number[]): Iterable<Uint8Array> {
  const places = cuts.map(place => place % (octets.length + 1)).toSorted((a, b) => a - b)
  let from = 0
  for (const place of [...places, octets.length]) {
    // a copy: plain Uint8Array, of its own
    yield Uint8Array.from(octets.subarray(from, place))
    from = place
  }
}

describe.each(spools)('the spool in $kind', ({ open }) => {
  test('gives back what was written, octet for octet, in whatever chunks it came', async () => {
    const spool = await open()
    const ids = new QueueIds(spool.origin)
    await fc.assert(
      fc.asyncProperty(contents, async ({ octets, cuts }) => {
        const id = ids.next()
        await commit(spool, itemOf(id, octets.length), cut(octets, cuts))
        expect(contentOf(spool, id).equals(octets)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('keeps many messages apart that are written at once', async () => {
    const spool = await open()
    const ids = new QueueIds(spool.origin)
    const messages = Array.from({ length: 100 }, (_, n) => ({ id: ids.next(), octets: octetsOf(`${n}`, n * 1000) }))
    await Promise.all(
      messages.map(({ id, octets }, n) => commit(spool, itemOf(id, octets.length), cut(octets, [n * 37, n * 511]))),
    )
    for (const { id, octets } of messages) expect(contentOf(spool, id).equals(octets)).toBe(true)
  })

  test('gives the content of one message while others are written and removed', async () => {
    const spool = await open()
    const ids = new QueueIds(spool.origin)
    const octets = octetsOf('read', 3 * pieceSize)
    const [id, other] = [ids.next(), ids.next()]
    await commit(spool, itemOf(id, octets.length), [octets])
    await commit(spool, itemOf(other, octets.length), [octets])
    const read: Uint8Array[] = []
    for (const piece of spool.content(id)) {
      read.push(Buffer.from(piece))
      spool.remove(itemOf(other, octets.length))
      await commit(spool, itemOf(ids.next(), 70_000), [octetsOf('write', 70_000)])
    }
    expect(Buffer.concat(read).equals(octets)).toBe(true)
  })

  test('has nothing of a message that was discarded or removed', async () => {
    const spool = await open()
    const ids = new QueueIds(spool.origin)
    const [discarded, removed] = [ids.next(), ids.next()]
    const writer = spool.writer(discarded)
    await writer.write(octetsOf('x', 150_000))
    writer.discard()
    await commit(spool, itemOf(removed, 150_000), [octetsOf('x', 150_000)])
    spool.remove(itemOf(removed, 150_000))
    // what was asked for before it is done then
    await commit(spool, itemOf(ids.next(), 1), [octetsOf('x', 1)])
    for (const id of [discarded, removed]) expect(() => contentOf(spool, id)).toThrow(/no content|missing/)
  })

  test('updates an item, and leaves its content', async () => {
    const spool = await open()
    const id = new QueueIds(spool.origin).next()
    await commit(spool, itemOf(id, 100), [octetsOf('x', 100)])
    await spool.update({ ...itemOf(id, 100), attempts: 3 })
    expect(contentOf(spool, id).equals(octetsOf('x', 100))).toBe(true)
  })

  test('has nothing to recover when it is new', async () => {
    const spool = await open()
    expect(await recover(spool)).toEqual({ items: [], setAside: [] })
  })

  test('bears what comes after it was closed', async () => {
    const spool = await open()
    const id = new QueueIds(spool.origin).next()
    const writer = spool.writer(id)
    await writer.write(octetsOf('x', 100_000))
    await spool.close()
    await writer.write(octetsOf('x', 100_000))
    writer.discard()
    spool.remove(itemOf(id, 200_000))
    await spool.close()
    expect(() => contentOf(spool, id)).toThrow(/no content|closed/)
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Octets of buffers that are in use. */
function buffersInUse(): number {
  // the first may leave buffers to a thread that is not done with them: the second waits for it
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

const [, disk] = spools

test('the disk holds 50 MB without the memory holding them, written and read', async () => {
  const spool = await disk?.open()
  if (!spool) throw new Error('no disk spool')
  const id = new QueueIds(spool.origin).next()
  const chunk = octetsOf('large', 50_000)
  const before = buffersInUse()
  const most = { written: 0, read: 0 }
  const writer = spool.writer(id)
  for (let n = 0; n < 1000; n++) {
    await writer.write(Buffer.from(chunk))
    if (n % 100 === 50) most.written = Math.max(most.written, buffersInUse() - before)
  }
  await writer.commit(itemOf(id, 50_000_000))
  let [octets, pieces] = [0, 0]
  for (const piece of spool.content(id)) {
    octets += piece.length
    if (++pieces % 100 === 50) most.read = Math.max(most.read, buffersInUse() - before)
  }
  expect(octets).toBe(50_000_000)
  expect(most.written).toBeLessThan(4_000_000)
  expect(most.read).toBeLessThan(4_000_000)
})

test('the disk makes a sender wait that is faster, and wakes it', async () => {
  const spool: Spool | undefined = await disk?.open()
  if (!spool) throw new Error('no disk spool')
  const id = new QueueIds(spool.origin).next()
  const writer = spool.writer(id)
  const waits: Promise<void>[] = []
  let taken = 0
  for (; waits.length === 0; taken++) {
    const wait = writer.write(octetsOf('piece', pieceSize))
    if (wait) waits.push(wait)
  }
  expect(taken).toBeGreaterThan(2)
  expect(taken).toBeLessThan(20)
  await Promise.all(waits)
  expect(writer.write(octetsOf('more', 10))).toBeNull()
  await writer.commit(itemOf(id, taken * pieceSize + 10))
  expect(contentOf(spool, id)).toHaveLength(taken * pieceSize + 10)
})
