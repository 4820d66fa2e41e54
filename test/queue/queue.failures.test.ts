/**
 * What the queue bears: stops at any moment, attempts that throw, a spool that can't write.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { busy, delivered, itemsOf, refused, TestQueue } from './attempts.js'

const minute = 60_000

test('a stop waits for the attempt under way, keeps its result and begins no other', async () => {
  const tested = new TestQueue({ concurrency: 1 })
  const [first, second] = [tested.item(), tested.item()]
  tested.queue.start()
  tested.queue.add(first)
  tested.queue.add(second)
  await tested.untilAttempts(1)
  let closed = false
  const closing = tested.queue.close().then(() => {
    closed = true
  })
  await turn()
  expect(closed).toBe(false)
  tested.attempts[0]?.end(busy)
  await closing
  expect(tested.attempts).toHaveLength(1)
  expect(itemsOf(tested.queue).map(({ id, attempts }) => [id, attempts])).toEqual([
    [first.id, 1],
    [second.id, 0],
  ])
  expect(tested.clock.waiting).toBe(0)
})

test('a stop while all is asleep leaves no sleeper, and the time brings no attempt', async () => {
  const tested = new TestQueue({}, () => busy)
  tested.queue.start()
  tested.queue.add(tested.item())
  await tested.clock.untilWaiting(1)
  await tested.queue.close()
  expect(tested.clock.waiting).toBe(0)
  await tested.clock.advance(10 * minute)
  expect(tested.times()).toEqual([0])
  expect(itemsOf(tested.queue)).toHaveLength(1)
})

test('a queue that was never started can be stopped, and stopped again', async () => {
  const tested = new TestQueue({}, () => busy)
  tested.queue.add(tested.item())
  await tested.queue.close()
  await tested.queue.close()
  expect(tested.attempts).toEqual([])
})

test('what is added after the stop is kept and not tried', async () => {
  const tested = new TestQueue({}, () => delivered)
  tested.queue.start()
  await tested.queue.close()
  const late = tested.item()
  tested.queue.add(late)
  await turn()
  expect(tested.attempts).toEqual([])
  expect(itemsOf(tested.queue)).toEqual([late])
})

test('an attempt that throws defers its message with the reason, and the queue goes on', async () => {
  const tested = new TestQueue({ concurrency: 1 }, item => (item.attempts === 0 ? new Error('a mistake') : delivered))
  tested.queue.start()
  tested.queue.add(tested.item())
  tested.queue.add(tested.item())
  await turn()
  expect(tested.times()).toEqual([0, 0])
  expect(tested.events).toMatchObject([
    { event: 'deferred', problem: 'a mistake (at message)', attempts: 1 },
    { event: 'deferred', problem: 'a mistake (at message)', attempts: 1 },
  ])
  await tested.clock.advance(minute)
  expect(tested.times()).toEqual([0, 0, 1, 1])
  expect(itemsOf(tested.queue)).toEqual([])
  await tested.queue.close()
})

test('nor does one that throws before it has begun', async () => {
  let thrown = 0
  const attempt = () => {
    thrown++
    throw new Error('a mistake')
  }
  const tested = new TestQueue({ attempt })
  tested.queue.start()
  tested.queue.add(tested.item())
  await tested.clock.untilWaiting(1)
  await tested.clock.advance(6 * minute)
  expect(thrown).toBe(3)
  await tested.queue.close()
})

test('an attempt that forgets a recipient forgets none for good, and is not repeated without a wait', async () => {
  const tested = new TestQueue({}, () => new Map())
  tested.queue.start()
  tested.queue.add(tested.item())
  await tested.clock.untilWaiting(1)
  await tested.clock.advance(10 * 24 * 60 * minute)
  expect(tested.times()).toHaveLength(45)
  expect(itemsOf(tested.queue).map(({ recipients }) => recipients[0]?.state)).toEqual(['failed'])
  await tested.queue.close()
})

test('a spool that can not record a deferral changes nothing: the message is tried when it is due', async () => {
  let refusedUpdates = 0
  const spool = {
    item: () => ({ unreadable: 'not kept' }),
    rest: () => Promise.resolve(),
    update: () => {
      refusedUpdates++
      return Promise.reject(new Error('the disk is full'))
    },
    remove: () => undefined,
  }
  const tested = new TestQueue({ spool }, item => (item.attempts < 2 ? busy : delivered))
  tested.queue.start()
  tested.queue.add(tested.item())
  await turn()
  await tested.clock.advance(6 * minute)
  expect(refusedUpdates).toBe(2)
  expect(tested.events.map(({ event }) => event)).toEqual(['deferred', 'deferred'])
  expect(tested.times()).toEqual([0, 1, 6])
  expect(itemsOf(tested.queue)).toEqual([])
  await tested.queue.close()
})

test('attempts that end while others begin never exceed the bound', async () => {
  const tested = new TestQueue({ concurrency: 4 })
  tested.queue.start()
  for (let n = 0; n < 40; n++) tested.queue.add(tested.item())
  for (let n = 0; n < 40; n++) {
    await tested.untilAttempts(n + 1)
    // now one, now several end in a turn
    tested.attempts[n]?.end(delivered)
    if (n % 3 !== 0) await turn()
  }
  await turn()
  expect(itemsOf(tested.queue)).toEqual([])
  expect(tested.mostRunning()).toBe(4)
  await tested.queue.close()
})

test('a report that could not be made is tried again with the waits of attempts, until it is; then the item is gone', async () => {
  const reports: number[] = []
  const tested: TestQueue = new TestQueue(
    {
      report(item) {
        reports.push(tested.clock.now().getTime() - item.receivedAt.getTime())
        if (reports.length < 3) return Promise.resolve(item)
        const recipients = item.recipients.map(({ mailbox: name }) => {
          return {
            mailbox: name,
            state: 'bounced',
            problem: { stage: 'rcpt', reply: null, cause: '' },
            report: null,
          } as const
        })
        return Promise.resolve({ ...item, recipients })
      },
    },
    () => refused,
  )
  tested.queue.add(tested.item())
  tested.queue.start()
  await tested.clock.untilWaiting(1)
  expect(itemsOf(tested.queue)).toHaveLength(1)
  await tested.clock.advance(2 * 60 * 60_000)
  expect(reports).toEqual([0, 60_000, 360_000])
  expect(tested.attempts).toHaveLength(1)
  expect(tested.events.map(({ event }) => event)).toEqual(['failed'])
  expect(itemsOf(tested.queue)).toEqual([])
  await tested.queue.close()
})

test('what a stop left with nothing to do leaves the queue at the start', async () => {
  const { queue, item, attempts } = new TestQueue({}, () => delivered)
  const left = item()
  const problem = { stage: 'rcpt', reply: null, cause: 'no' } as const
  const recipients = left.recipients.map(
    ({ mailbox: name }) => ({ mailbox: name, state: 'bounced', problem, report: null }) as const,
  )
  queue.add({ ...left, recipients })
  queue.start()
  expect([itemsOf(queue), attempts]).toEqual([[], []])
  await queue.close()
})
