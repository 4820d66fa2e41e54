/**
 * Deferred messages come out in order of their time, those of one time in the order they went in.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Schedule, waitAfter } from '../../src/queue/schedule.js'

const step = fc.oneof(fc.record({ add: fc.nat(30) }), fc.record({ take: fc.nat(30) }))

test('it is as good as a list that is sorted each time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: 'max' }), steps => {
      const schedule = new Schedule<object>()
      let model: { readonly due: number; readonly value: object }[] = []
      for (const each of steps) {
        if ('add' in each) {
          const value = {}
          schedule.add(value, each.add)
          model = [...model, { due: each.add, value }].toSorted((a, b) => a.due - b.due)
        } else {
          const due = model.filter(waiting => waiting.due <= each.take)
          const taken = schedule.take(each.take)
          expect(taken).toBe(due[0]?.value ?? null)
          model = model.filter(({ value }) => value !== taken)
        }
        expect(schedule.first).toEqual(model[0] ? expect.objectContaining(model[0]) : null)
      }
    }),
  )
})

test('the last wait repeats', () => {
  const retry = { after: [60_000, 300_000, 900_000] }
  expect([1, 2, 3, 4, 99].map(attempts => waitAfter(attempts, retry))).toEqual([
    60_000, 300_000, 900_000, 900_000, 900_000,
  ])
})
