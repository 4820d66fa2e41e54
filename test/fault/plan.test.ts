import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Ask } from '../../src/fault/ask.js'
import { ask, fired, planOf } from './asking.js'

const minute = 60_000

describe('of the rules', () => {
  test('the first that fits and is due fires, and no other', () => {
    const { plan } = planOf([
      { at: 'mail', drop: true },
      { at: 'rcpt', reply: '450 First', first: 1 },
      { at: 'rcpt', reply: '451 Second', first: 1 },
      { at: 'rcpt', reset: true },
    ])
    const rules = [1, 2, 3].map(() => plan.fire(ask(), null)?.rule)
    expect(rules).toEqual(['gateway-2', 'gateway-3', 'gateway-4'])
  })

  test('none is asked for a stage that has none', () => {
    const { plan } = planOf([{ at: 'mail', drop: true }])
    expect([plan.has('mail'), plan.has('rcpt')]).toEqual([true, false])
  })
})

describe('when', () => {
  test('first: so many times', () => {
    const { plan } = planOf([{ at: 'rcpt', drop: true, first: 2, match: { sender: 'a@*' } }])
    const asks = [ask({ reversePath: 'x@x' }), ask(), ask(), ask()]
    expect(asks.map(one => plan.fire(one, null) !== null)).toEqual([false, true, true, false])
  })

  test('attempts: by envelope where nothing else is known, one transaction being one attempt', () => {
    const planned = planOf([{ at: 'rcpt', drop: true, attempts: [1, 3] }])
    const transaction = {}
    const other = ask({ recipients: ['c@example.test'] })
    const asks = [ask({ transaction }), ask({ transaction }), ask(), other, ask(), ask()]
    expect(fired(planned, asks)).toEqual([true, true, false, true, true, false])
  })

  test('attempts: by the queue id where it is known', () => {
    const { plan } = planOf([{ at: 'mail', drop: true, attempts: [2] }])
    const tell = (id: string): boolean => plan.fire(ask({ stage: 'mail', recipients: [] }), id) !== null
    expect(['1', '2', '1', '1', '2'].map(tell)).toEqual([false, false, true, false, true])
  })

  test('attempts: at the final dot the Message-ID tells messages apart', () => {
    const planned = planOf([{ at: 'message', drop: true, attempts: [1] }])
    const dot = (id: string): Ask =>
      ask({ stage: 'message', content: { size: 1, start: Buffer.from(`Message-ID: <${id}>\r\n\r\n`) } })
    expect(fired(planned, [dot('1'), dot('2'), dot('1')])).toEqual([true, true, false])
  })

  test('attempts: counted also where another rule fires', () => {
    const { plan } = planOf([
      { at: 'rcpt', reply: '450 One', attempts: [1] },
      { at: 'rcpt', reply: '451 Two', attempts: [2] },
    ])
    expect([1, 2, 3].map(() => plan.fire(ask(), null)?.rule)).toEqual(['gateway-1', 'gateway-2', undefined])
  })

  test('greylist: each triple until that long has passed', async () => {
    const planned = planOf([{ at: 'rcpt', greylist: '5m' }])
    const other = ask({ client: { address: '127.0.0.2', port: 1, helo: null } })
    expect(fired(planned, [ask(), ask()])).toEqual([true, true])
    await planned.clock.advance(4 * minute)
    expect(fired(planned, [ask(), other])).toEqual([true, true])
    await planned.clock.advance(minute)
    expect(fired(planned, [ask(), other, ask({ recipients: ['c@example.test'] })])).toEqual([false, true, true])
  })

  test('greylist: at DATA every recipient has to be known', async () => {
    const planned = planOf([{ at: 'data', greylist: '5m' }])
    const both = ask({ stage: 'data', recipients: ['b@example.test', 'c@example.test'] })
    expect(fired(planned, [ask({ stage: 'data' })])).toEqual([true])
    await planned.clock.advance(5 * minute)
    expect(fired(planned, [ask({ stage: 'data' }), both])).toEqual([false, true])
  })

  test('rate: beyond so many in any such time; what fired is not counted', async () => {
    const planned = planOf([{ at: 'rcpt', drop: true, rate: '2/min' }])
    expect(fired(planned, [ask()])).toEqual([false])
    await planned.clock.advance(30_000)
    expect(fired(planned, [ask(), ask(), ask()])).toEqual([false, true, true])
    await planned.clock.advance(30_000)
    expect(fired(planned, [ask(), ask()])).toEqual([false, true])
  })

  test('from and until: mail time, the end excluded', async () => {
    const planned = planOf([
      { at: 'rcpt', drop: true, from: '2026-11-24T10:01:00Z', until: '2026-11-24T11:02:00+01:00' },
    ])
    const seen: boolean[][] = []
    for (let n = 0; n < 3; n++) {
      seen.push(fired(planned, [ask()]))
      await planned.clock.advance(minute)
    }
    expect(seen.flat()).toEqual([false, true, false])
  })

  test('all of them together must hold', async () => {
    const planned = planOf([{ at: 'rcpt', drop: true, first: 1, attempts: [2], from: '2026-11-24T10:01:00Z' }])
    expect(fired(planned, [ask(), ask()])).toEqual([false, false])
    await planned.clock.advance(minute)
    const late = ask({ recipients: ['c@example.test'] })
    expect(fired(planned, [ask(), late, { ...late, transaction: {} }, ask()])).toEqual([false, false, true, false])
  })
})

describe('chance', () => {
  const seeds = fc.integer()

  property.prop([seeds, fc.double({ min: 0.01, max: 1, noNaN: true })])(
    'with the same seed is the same, whatever other rules are asked between',
    (seed, probability) => {
      const run = (disturbed: boolean): unknown[] => {
        const { plan } = planOf(
          [
            { at: 'rcpt', delay: '10ms..1s', probability },
            { at: 'mail', drop: true, probability },
          ],
          seed,
        )
        return Array.from({ length: 20 }, () => {
          if (disturbed) plan.fire(ask({ stage: 'mail', recipients: [] }), null)
          return plan.fire(ask(), null)
        })
      }
      expect(run(true)).toEqual(run(false))
    },
  )

  property.prop([seeds])('keeps to the probability, and to the range of a delay', seed => {
    const { plan } = planOf([{ at: 'rcpt', delay: ['10ms', '20ms'], probability: 0.25 }], seed)
    const firings = Array.from({ length: 2000 }, () => plan.fire(ask(), null)).filter(firing => firing !== null)
    expect(firings.length).toBeGreaterThan(380)
    expect(firings.length).toBeLessThan(620)
    const times = firings.map(({ effect }) => (effect.kind === 'delay' ? effect.ms : Number.NaN))
    expect(times.every(ms => ms >= 10 && ms <= 20)).toBe(true)
    expect(new Set(times).size).toBeGreaterThan(8)
  })

  test('differs from MTA to MTA, rule to rule and seed to seed', () => {
    const run = (seed: number, mta: string, before: number): string => {
      const idle = Array.from({ length: before }, () => ({ at: 'mail', drop: true }) as const)
      const planned = planOf([...idle, { at: 'rcpt', drop: true, probability: 0.5 }], seed, mta)
      return fired(
        planned,
        Array.from({ length: 64 }, () => ask()),
      ).join()
    }
    const runs = [run(1, 'a', 0), run(2, 'a', 0), run(1, 'b', 0), run(1, 'a', 1)]
    expect(new Set(runs).size).toBe(4)
  })
})
