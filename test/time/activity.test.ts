/**
 * What is in flight: counted, and waited for until nothing follows it.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Activity } from '../../src/time/activity.js'

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await turn()
}

function watched(promise: Promise<void>): { over: boolean } {
  const state = { over: false }
  void promise.then(() => (state.over = true))
  return state
}

test('idle waits for work and for transactions, rest for work alone', async () => {
  const activity = new Activity()
  const [endWork, endTransaction] = [activity.begin(), activity.begin('transaction')]
  const [idle, rest] = [watched(activity.idle()), watched(activity.rest())]
  await turns(5)
  expect([idle.over, rest.over]).toEqual([false, false])
  endWork()
  endWork()
  await turns(5)
  expect([idle.over, rest.over, activity.isIdle]).toEqual([false, true, false])
  endTransaction()
  await turns(5)
  expect([idle.over, activity.isIdle]).toEqual([true, true])
})

test('what follows an end in the same turn, or the next, is waited for too', async () => {
  const activity = new Activity()
  const first = activity.begin()
  const idle = watched(activity.idle())
  let begun: (end: () => void) => void = () => undefined
  const second = new Promise<() => void>(resolve => (begun = resolve))
  first()
  setImmediate(() => begun(activity.begin()))
  const end = await second
  await turns(5)
  expect(idle.over).toBe(false)
  end()
  await turns(5)
  expect(idle.over).toBe(true)
})

test('something that begins and ends while it settles sets it back', async () => {
  const activity = new Activity()
  const order: string[] = []
  const idle = activity.idle().then(() => order.push('idle'))
  await turn()
  activity.begin()()
  await turn()
  order.push('settling')
  await idle
  expect(order).toEqual(['settling', 'idle'])
})

test('work that fails is over', async () => {
  const activity = new Activity()
  await expect(activity.during(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(activity.isIdle).toBe(true)
})
