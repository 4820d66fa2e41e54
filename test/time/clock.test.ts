/**
 * The machine's clock as mail time: sleeps are cut into what timers take, and end with the signal.
 */
import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/time/clock.js'

interface Timer {
  readonly ms: number
  fire(): void
}

/** Timers that were set, and fire when a test says so. */
const timers = vi.hoisted((): Timer[] => [])
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, value: undefined, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      timers.push({ ms, fire: () => resolve(value) })
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    }),
}))

afterEach(() => {
  timers.length = 0
})

test('it tells the time of the machine', () => {
  const before = Date.now()
  const now = systemClock.now().getTime()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now())
})

const longest = 2 ** 31 - 1
test.each([
  [1, [1]],
  [longest, [longest]],
  [longest + 1, [longest, 1]],
  [2 * longest + 5, [longest, longest, 5]],
])('a sleep of %i ms lasts that long, in timers of %j ms', async (ms, expected) => {
  let over = false
  const sleep = systemClock.sleep(ms, new AbortController().signal).then(() => {
    over = true
  })
  for (let n = 0; n < expected.length; n++) {
    expect(over).toBe(false)
    timers[n]?.fire()
    await new Promise(setImmediate)
  }
  await sleep
  expect(timers.map(timer => timer.ms)).toEqual(expected)
})

test('an abort ends a sleep at once, however long, and does not reject', async () => {
  const stop = new AbortController()
  const sleeps = [systemClock.sleep(1000, stop.signal), systemClock.sleep(5 * longest, stop.signal)]
  stop.abort()
  await Promise.all(sleeps)
  await systemClock.sleep(1000, stop.signal)
  expect(timers).toHaveLength(2)
})

test('no time is no sleep', async () => {
  await systemClock.sleep(0, new AbortController().signal)
  await systemClock.sleep(-5, new AbortController().signal)
  expect(timers).toEqual([])
})
