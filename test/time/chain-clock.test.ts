/**
 * The chain's clock on one that stands still: what is due on the way is woken in order, and time waits for what moves.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Activity } from '../../src/time/activity.js'
import { ChainClock } from '../../src/time/chain-clock.js'
import { systemClock } from '../../src/time/clock.js'
import { SimulatedClock } from '../../src/time/simulated-clock.js'
import { ManualClock } from '../support/manual-clock.js'

const never = new AbortController().signal

function clockWith(jumps = false) {
  const [base, activity] = [new ManualClock(new Date(0)), new Activity()]
  return { base, activity, clock: new ChainClock({ base, activity, jumps }) }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn()
}

test('it tells the time of the clock below, and sleeps on it', async () => {
  const { base, clock } = clockWith()
  const sleep = clock.sleep(1000, never)
  expect(base.waiting).toBe(1)
  await base.advance(1000)
  await sleep
  expect([clock.now().getTime(), base.waiting]).toEqual([1000, 0])
  await clock.sleep(0, never)
  await clock.sleep(-1, never)
})

test('an advance wakes all on its way in order, those included that sleep again, and leaves the others asleep', async () => {
  const { base, clock } = clockWith()
  const woken: string[] = []
  const sleeper = async (name: string, ...waits: readonly number[]): Promise<void> => {
    for (const ms of waits) {
      await clock.sleep(ms, never)
      woken.push(`${name} ${clock.now().getTime()}`)
    }
  }
  void sleeper('a', 30, 30, 30)
  void sleeper('b', 60, 10)
  void sleeper('c', 101)
  await clock.advance(100)
  expect(woken).toEqual(['a 30', 'b 60', 'a 60', 'b 70', 'a 90'])
  expect([clock.now().getTime(), base.waiting]).toEqual([100, 1])
  // what is left of the wait is what the clock below is asked for
  await base.advance(1)
  expect(woken.at(-1)).toBe('c 101')
})

test('an advance waits for what it sets off before time moves further', async () => {
  const { activity, clock } = clockWith()
  const woken: number[] = []
  let finish: () => void = () => undefined
  void clock.sleep(10, never).then(() => {
    woken.push(clock.now().getTime())
    finish = activity.begin()
  })
  void clock.sleep(20, never).then(() => woken.push(clock.now().getTime()))
  const advance = clock.advance(30)
  await turns(20)
  expect([woken, clock.now().getTime()]).toEqual([[10], 10])
  finish()
  await advance
  expect([woken, clock.now().getTime()]).toEqual([[10, 20], 30])
})

test('an advance waits for no open transaction, and several come one after the other', async () => {
  const { activity, clock } = clockWith()
  activity.begin('transaction')
  await Promise.all([clock.advance(10), clock.advance(5)])
  expect(clock.now().getTime()).toBe(15)
})

test('it jumps to the next sleeper where nothing is in flight, and all that are due then wake before the next jump', async () => {
  const { activity, clock } = clockWith(true)
  const woken: string[] = []
  const end = activity.begin('transaction')
  const day = 86_400_000
  const sleeps = [3, 1, 1, 2].map(async (days, at) => {
    await clock.sleep(days * day, never)
    woken.push(`${at} ${clock.now().getTime() / day}`)
  })
  await turns(20)
  expect(woken).toEqual([])
  end()
  await Promise.all(sleeps)
  expect(woken).toEqual(['1 1', '2 1', '3 2', '0 3'])
})

test('it does not jump while it is moved on, and goes on afterwards', async () => {
  const { activity, clock } = clockWith(true)
  const end = activity.begin()
  const woken: number[] = []
  const long = clock.sleep(1000, never).then(() => woken.push(clock.now().getTime()))
  const advance = clock.advance(10).then(() => woken.push(clock.now().getTime()))
  end()
  await Promise.all([long, advance])
  expect(woken).toEqual([10, 1000])
})

test('an abort ends a sleep, whatever the clock does', async () => {
  const { base, clock } = clockWith()
  const stop = new AbortController()
  const sleeps = [clock.sleep(10, stop.signal), clock.sleep(20, stop.signal)]
  stop.abort()
  await Promise.all(sleeps)
  await clock.sleep(10, stop.signal)
  expect([base.waiting, clock.now().getTime()]).toEqual([0, 0])
})

test('idle waits for what is in flight and what is due, not for what sleeps on', async () => {
  const { activity, clock } = clockWith()
  const end = activity.begin()
  void clock.sleep(10, never)
  let isIdle = false
  const idle = clock.idle().then(() => (isIdle = true))
  await turns(20)
  expect(isIdle).toBe(false)
  end()
  await idle
  expect(clock.now().getTime()).toBe(0)
})

test('idle of a clock that jumps is after the last sleeper', async () => {
  const { clock } = clockWith(true)
  void clock.sleep(10, never).then(() => clock.sleep(20, never))
  await clock.idle()
  expect(clock.now().getTime()).toBe(30)
})

test('closed, it wakes all and moves no more', async () => {
  const { base, clock } = clockWith(true)
  const sleep = clock.sleep(1000, never)
  clock.close()
  await sleep
  await clock.advance(10)
  await clock.idle()
  await clock.sleep(10, never)
  expect([clock.now().getTime(), base.waiting]).toEqual([0, 0])
})

test('it is never set back', () => {
  const { clock } = clockWith()
  clock.notBefore(new Date(500))
  clock.notBefore(new Date(400))
  expect(clock.now().getTime()).toBe(500)
})

test('the real clock can be moved on too', async () => {
  const clock = new ChainClock({ base: systemClock, activity: new Activity(), jumps: false })
  const before = Date.now()
  const sleep = clock.sleep(3_600_000, never)
  await clock.advance(3_600_000)
  await sleep
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before + 3_600_000)
})

test('a simulated clock begins where it is told, runs as fast as it is told, and nobody wakes early', async () => {
  const clock = new SimulatedClock(new Date('2026-01-01T00:00:00Z'), 100_000)
  const began = performance.now()
  const before = clock.now().getTime()
  expect(before - Date.parse('2026-01-01T00:00:00Z')).toBeLessThan(3_600_000)
  await clock.sleep(3_600_000, never)
  expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(3_600_000)
  expect(performance.now() - began).toBeGreaterThanOrEqual(35)
})

test('a simulated sleep ends with its signal', async () => {
  const stop = new AbortController()
  const sleep = new SimulatedClock(new Date(), 0.001).sleep(86_400_000, stop.signal)
  stop.abort()
  await sleep
})
