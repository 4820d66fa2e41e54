import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ManualClock } from './manual-clock.js'

const minute = 60_000
const never = new AbortController().signal

/** Notes name and time when it wakes. */
function sleeperOn(clock: ManualClock, log: string[]) {
  return async (name: string, ms: number, signal = never): Promise<void> => {
    await clock.sleep(ms, signal)
    log.push(`${name} ${clock.now().toISOString().slice(11, 19)}`)
  }
}

describe('ManualClock', () => {
  test('stands still until it is moved', async () => {
    const clock = new ManualClock(new Date('2026-11-24T09:00:00Z'))
    expect(clock.now()).toEqual(new Date('2026-11-24T09:00:00Z'))
    await clock.advance(90 * minute)
    expect(clock.now()).toEqual(new Date('2026-11-24T10:30:00Z'))
  })

  test('wakes sleepers in order of due time, each at its own time, and no others', async () => {
    const clock = new ManualClock()
    const log: string[] = []
    const sleep = sleeperOn(clock, log)
    void sleep('late', 3 * minute)
    void sleep('first', minute)
    void sleep('second', minute)
    void sleep('never', 6 * minute)
    expect(clock.waiting).toBe(4)
    await clock.advance(5 * minute)
    expect(log).toEqual(['first 10:01:00', 'second 10:01:00', 'late 10:03:00'])
    expect(clock.waiting).toBe(1)
    expect(clock.now().toISOString()).toBe('2026-11-24T10:05:00.000Z')
  })

  test('wakes one that falls asleep again as often as it is due', async () => {
    const clock = new ManualClock()
    const log: string[] = []
    const sleep = sleeperOn(clock, log)
    const repeat = async (): Promise<void> => {
      for (let times = 0; times < 3; times++) await sleep('again', 2 * minute)
    }
    const done = repeat()
    await clock.advance(6 * minute)
    await done
    expect(log).toEqual(['again 10:02:00', 'again 10:04:00', 'again 10:06:00'])
  })

  test('does not sleep where there is nothing to wait for, or the signal has aborted', async () => {
    const clock = new ManualClock()
    await Promise.all([clock.sleep(0, never), clock.sleep(minute, AbortSignal.abort())])
    expect(clock.waiting).toBe(0)
  })

  test('an abort wakes its sleeper at once and for good', async () => {
    const clock = new ManualClock()
    const log: string[] = []
    const sleep = sleeperOn(clock, log)
    const abort = new AbortController()
    const aborted = sleep('aborted', minute, abort.signal)
    abort.abort()
    await aborted
    await clock.advance(minute)
    expect(log).toEqual(['aborted 10:00:00'])
    expect(clock.waiting).toBe(0)
  })

  test('untilWaiting resolves when so many are asleep', async () => {
    const clock = new ManualClock()
    let resolved = false
    const ready = clock.untilWaiting(2).then(() => {
      resolved = true
    })
    void clock.sleep(minute, never)
    await turn()
    expect(resolved).toBe(false)
    void clock.sleep(minute, never)
    await ready
    expect(clock.waiting).toBe(2)
  })
})
