/**
 * What is done to a queue's messages by hand.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { dead, delivered, itemsOf, later, TestQueue } from './attempts.js'
import { commit, contentOf } from './items.js'

const minute = 60_000

const states = ({ queue }: TestQueue): unknown[] =>
  Array.from(queue.messages(), ({ state, problem }) => [state, problem])

test('one that is tried again by hand does not wait for its time', async () => {
  const tested = new TestQueue({}, ({ attempts }) => (attempts === 0 ? later : delivered))
  const message = tested.item()
  tested.queue.add(message)
  tested.queue.start()
  await tested.clock.untilWaiting(1)
  expect(states(tested)).toEqual([['deferred', '450 4.2.1 Later (at rcpt)']])
  expect(tested.queue.hand.retry(message.id)).toBe('done')
  await turn()
  expect(tested.times()).toEqual([0, 0])
  expect(states(tested)).toEqual([])
  expect(tested.queue.hand.retry(message.id)).toBe('unknown')
  await tested.clock.advance(10 * minute)
  expect(tested.times()).toEqual([0, 0])
  await tested.queue.close()
})

test('by hand a next MTA that does not answer is dialled at once', async () => {
  const tested = new TestQueue({ concurrency: 1 }, () => dead)
  const [first, second] = [tested.item(), tested.item()]
  tested.queue.start()
  tested.queue.add(first)
  tested.queue.add(second)
  await tested.clock.untilWaiting(1)
  expect(states(tested)).toEqual([
    ['deferred', 'ECONNREFUSED (at connect)'],
    ['waiting', 'ECONNREFUSED (at connect)'],
  ])
  expect(tested.queue.counts).toEqual({ active: 0, ready: 0, waiting: 1, deferred: 1, held: 0, failed: 0 })
  tested.queue.hand.retry(second.id)
  await turn()
  expect(tested.attempts.map(({ item }) => item.id)).toEqual([first.id, second.id])
  await tested.queue.close()
})

test('one that is held is not tried until it is released, and stays held over a restart', async () => {
  const tested = new TestQueue({}, () => later)
  const message = tested.item()
  tested.queue.add(message)
  tested.queue.start()
  await tested.clock.untilWaiting(1)
  expect(await tested.queue.hand.hold(message.id)).toBe('done')
  expect(await tested.queue.hand.hold(message.id)).toBe('done')
  await tested.clock.advance(60 * minute)
  expect(tested.times()).toEqual([0])
  expect(states(tested)).toEqual([['held', '450 4.2.1 Later (at rcpt)']])

  const left = tested.spool.item(message.id)
  if ('unreadable' in left) throw new Error(left.unreadable)
  const next = new TestQueue({}, () => delivered)
  next.queue.add(left)
  next.queue.start()
  await turn()
  expect(next.times()).toEqual([])
  expect(await next.queue.hand.release(message.id)).toBe('done')
  await turn()
  expect(next.times()).toEqual([0])
  expect([...tested.events, ...next.events].map(({ event }) => event)).toEqual(['deferred', 'held', 'released'])
  expect(states(next)).toEqual([])
  await Promise.all([tested.queue.close(), next.queue.close()])
})

test('one that is being sent is held right after, and is not dropped', async () => {
  const tested = new TestQueue()
  const message = tested.item()
  tested.queue.add(message)
  tested.queue.start()
  await tested.untilAttempts(1)
  expect(tested.queue.hand.drop(message.id)).toBe('running')
  expect(tested.queue.hand.retry(message.id)).toBe('running')
  expect(await tested.queue.hand.hold(message.id)).toBe('done')
  tested.attempts[0]?.end(later)
  await turn()
  expect(states(tested)).toEqual([['held', '450 4.2.1 Later (at rcpt)']])
  await tested.clock.advance(10 * minute)
  expect(tested.times()).toEqual([0])
  await tested.queue.close()
})

test('one that is dropped is gone, also from the spool', async () => {
  const tested = new TestQueue({}, () => later)
  const message = tested.item()
  await commit(tested.spool, message, [Buffer.from('x')])
  tested.queue.add(message)
  tested.queue.start()
  await tested.clock.untilWaiting(1)
  expect(tested.queue.hand.drop(message.id)).toBe('done')
  expect(tested.events.at(-1)).toMatchObject({ event: 'dropped', id: message.id, recipients: ['b@example.test'] })
  await tested.clock.advance(10 * minute)
  expect(tested.times()).toEqual([0])
  expect(itemsOf(tested.queue)).toEqual([])
  expect(() => contentOf(tested.spool, message.id)).toThrow('no content')
  await tested.queue.close()
})

test('one that is ready has no second place in the row, however often it is asked for', async () => {
  const tested = new TestQueue({ concurrency: 1 })
  const messages = [tested.item(), tested.item(), tested.item()]
  for (const message of messages) tested.queue.add(message)
  tested.queue.start()
  for (let n = 0; n < 3; n++) for (const { id } of messages) tested.queue.hand.retry(id)
  const ready = Array.from(tested.queue.destinations[0]?.ready() ?? [], ({ id }) => id)
  expect(ready).toEqual(messages.slice(1).map(({ id }) => id))
  for (let n = 0; n < messages.length; n++) {
    await tested.untilAttempts(n + 1)
    tested.attempts[n]?.end(delivered)
  }
  await tested.queue.close()
})

test.each(['hold', 'release'] as const)('%s and drop at the same moment: it is dropped, and stays so', async work => {
  const tested = new TestQueue({}, () => later)
  const message = { ...tested.item(), held: work === 'release' }
  await commit(tested.spool, message, [Buffer.from('x')])
  tested.queue.add(message)
  tested.queue.start()
  await turn()
  const attempts = tested.attempts.length
  const working = tested.queue.hand[work](message.id)
  expect(tested.queue.hand.drop(message.id)).toBe('done')
  expect(await working).toBe('done')
  await tested.clock.advance(10 * minute)
  expect(tested.attempts).toHaveLength(attempts)
  expect(tested.events.at(-1)).toMatchObject({ event: 'dropped' })
  expect(states(tested)).toEqual([])
  expect(tested.spool.item(message.id)).toEqual({ unreadable: 'it is not there' })
  await tested.queue.close()
})

test('one that is held while it is sent is held in the spool at once', async () => {
  const tested = new TestQueue()
  const message = tested.item()
  tested.queue.add(message)
  tested.queue.start()
  await tested.untilAttempts(1)
  await tested.queue.hand.hold(message.id)
  expect(tested.spool.item(message.id)).toMatchObject({ held: true, attempts: 0 })
  await tested.queue.hand.release(message.id)
  tested.attempts[0]?.end(later)
  await turn()
  expect(tested.spool.item(message.id)).toMatchObject({ held: false, attempts: 1 })
  expect(states(tested)).toEqual([['deferred', '450 4.2.1 Later (at rcpt)']])
  await tested.queue.close()
})
