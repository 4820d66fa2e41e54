/**
 * Queue ids are never used twice, over blocks, starts and spools.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isQueueId } from '../../src/mail/envelope.js'
import { blocks, type IdOrigin, QueueIds, seeds } from '../../src/queue/ids.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { commit, itemOf } from './items.js'
import { openSpool, temporaryFolder } from './spools.js'

const seed = fc.nat(seeds - 1)
const block = fc.nat(blocks - 1)

function never(): Promise<number> {
  return Promise.reject(new Error('the disk is full'))
}

function take(ids: QueueIds, count: number): string[] {
  return Array.from({ length: count }, () => ids.next())
}

test('an id is ten characters of the alphabet without I, L, O and U', () => {
  fc.assert(
    fc.property(seed, block, (some, start) => {
      for (const id of take(new QueueIds({ seed: some, block: start, another: never }), 20)) {
        expect(isQueueId(id)).toBe(true)
      }
    }),
  )
})

test('no two blocks have an id in common, nor two counts of a block', () => {
  fc.assert(
    fc.property(
      seed,
      fc.uniqueArray(block, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 1, max: 3000 }),
      (some, starts, count) => {
        const ids = starts.flatMap(start => take(new QueueIds({ seed: some, block: start, another: never }), count))
        expect(new Set(ids).size).toBe(starts.length * count)
      },
    ),
    { numRuns: 50 },
  )
})

test('neighbours look unlike: no place of an id stays the same over a few of them', () => {
  fc.assert(
    fc.property(seed, block, (some, start) => {
      const ids = take(new QueueIds({ seed: some, block: start, another: never }), 64)
      for (let place = 0; place < 10; place++) {
        expect(new Set(ids.map(id => id[place])).size).toBeGreaterThan(16)
      }
    }),
    { numRuns: 50 },
  )
})

function counting(): IdOrigin & { readonly given: number[] } {
  const given: number[] = []
  return { seed: 5, block: 0, given, another: async () => given[given.push(given.length + 1) - 1] ?? 0 }
}

test('when a block is used up the next one is there already', async () => {
  const origin = counting()
  const ids = new QueueIds(origin, 8)
  const seen = new Set<string>()
  for (let n = 0; n < 100; n++) {
    seen.add(ids.next())
    await Promise.resolve()
    await Promise.resolve()
  }
  expect(seen.size).toBe(100)
  expect(origin.given).toHaveLength(12)
})

test('a spool that can not give a block is asked again, and no id is used twice in want of one', async () => {
  const answers = [never, never, () => Promise.resolve(9)]
  const ids = new QueueIds({ seed: 5, block: 3, another: () => (answers.shift() ?? never)() }, 8)
  const seen = new Set(take(ids, 5))
  await new Promise(setImmediate)
  seen.add(ids.next())
  await new Promise(setImmediate)
  seen.add(ids.next())
  await new Promise(setImmediate)
  for (const id of take(ids, 9)) seen.add(id)
  expect(seen.size).toBe(16)
  expect(() => ids.next()).toThrow(RangeError)
})

test('two chains in memory have different ids', () => {
  const [one, other] = [new QueueIds(new MemorySpool().origin), new QueueIds(new MemorySpool().origin)]
  expect(new Set([...take(one, 1000), ...take(other, 1000)]).size).toBe(2000)
})

test('a spool on disk gives each start and each further block ids of its own, used or not', async () => {
  const folder = temporaryFolder()
  const seen: string[] = []
  for (let start = 0; start < 4; start++) {
    const spool = await openSpool(folder)
    const ids = new QueueIds(spool.origin)
    const id = ids.next()
    await commit(spool, itemOf(id, 1), [Buffer.from('x')])
    const further = { ...spool.origin, block: await spool.origin.another() }
    seen.push(id, ...take(ids, 500), ...take(new QueueIds(further), 500))
    await spool.close()
  }
  expect(new Set(seen).size).toBe(4 * 1001)
})
