/**
 * Deferred messages come out in order of their time, those of one time in the order they went in.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { QueueIds } from '../../src/queue/ids.js'
import type { QueueItem } from '../../src/queue/item.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { Schedule, waitAfter } from '../../src/queue/schedule.js'
import { itemOf } from './items.js'

const ids = new QueueIds(new MemorySpool().origin)
const step = fc.oneof(fc.record({ add: fc.nat(30) }), fc.record({ take: fc.nat(30) }))

test('it is as good as a list that is sorted each time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: 'max' }), steps => {
      const schedule = new Schedule()
      let model: QueueItem[] = []
      for (const each of steps) {
        if ('add' in each) {
          const item = { ...itemOf(ids.next(), 0), nextAttemptAt: new Date(each.add) }
          schedule.add(item)
          model = [...model, item].toSorted((a, b) => a.nextAttemptAt.getTime() - b.nextAttemptAt.getTime())
        } else {
          const due = model.filter(item => item.nextAttemptAt.getTime() <= each.take)
          const taken = schedule.take(new Date(each.take))
          expect(taken).toBe(due[0] ?? null)
          model = model.filter(item => item !== taken)
        }
        expect(schedule.nextAt).toEqual(model[0]?.nextAttemptAt ?? null)
      }
    }),
  )
})

test('the last wait repeats', () => {
  const retry = { after: [60_000, 300_000, 900_000], expire: 1, warn: null }
  expect([1, 2, 3, 4, 99].map(attempts => waitAfter(attempts, retry))).toEqual([
    60_000, 300_000, 900_000, 900_000, 900_000,
  ])
})
