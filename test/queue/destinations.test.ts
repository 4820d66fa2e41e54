/**
 * A next MTA that does not answer: how often it is dialled, who waits for it, and who does not.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Outcome } from '../../src/mail/outcome.js'
import { busy, dead, delivered, itemsOf, later, retry, TestQueue } from './attempts.js'
import { mailbox } from './items.js'

const minute = 60_000
const day = 24 * 60 * minute

/** A queue with one destination a domain, which answers as the test says. */
function queueTo(answers: Record<string, Outcome>, concurrency = 2): TestQueue {
  const domainOf = (recipient: string | undefined): string => recipient?.split('@')[1] ?? ''
  return new TestQueue(
    { concurrency, destinationOf: ({ recipients }) => domainOf(recipients[0]?.mailbox) },
    ({ recipients }) => answers[domainOf(recipients[0]?.mailbox)] ?? delivered,
  )
}

test('a dead next MTA is not dialled by every message: one of them probes', async () => {
  const answers = { 'down.test': dead }
  const { queue, clock, times, item } = queueTo(answers)
  const messages = Array.from({ length: 50 }, () => item('b@down.test'))
  for (const message of messages) queue.add(message)
  queue.start()
  await clock.untilWaiting(1)
  expect(times()).toEqual([0, 0])
  queue.add(item('b@down.test'))
  await turn()
  expect(times()).toEqual([0, 0])
  await clock.advance(2 * 60 * minute)
  // after 1, 5, then each 15 minutes, which is `probe`; not after an hour and three, which is each message's own
  expect(times()).toEqual([0, 0, 1, 6, 21, 36, 51, 66, 81, 96, 111])
  await queue.close()
})

test('when very many wait for it all are told of, and everything else has its turn in between', async () => {
  const { queue, clock, events, item } = queueTo({ 'down.test': dead })
  const messages = Array.from({ length: 1000 }, () => item('b@down.test'))
  for (const message of messages) queue.add(message)
  const told = (): number => new Set(events.map(event => event.event === 'deferred' && event.id)).size
  queue.start()
  await turn()
  expect(told()).toBeGreaterThan(2)
  expect(told()).toBeLessThan(1000)
  await clock.untilWaiting(1)
  for (let turns = 0; turns < 20; turns++) await turn()
  expect(told()).toBe(1000)
  await queue.close()
})

test('once it answers, all that waited go at once, those too that were deferred', async () => {
  const answers = { 'down.test': dead }
  const { queue, clock, attempts, times, item } = queueTo(answers)
  const messages = Array.from({ length: 10 }, () => item('b@down.test'))
  for (const message of messages) queue.add(message)
  queue.start()
  await clock.untilWaiting(1)
  await clock.advance(10 * minute)
  expect(times()).toEqual([0, 0, 1, 6])
  answers['down.test'] = delivered
  await clock.advance(12 * minute)
  await turn()
  expect(times().slice(4)).toEqual(messages.map(() => 21))
  expect(itemsOf(queue)).toEqual([])
  const isAgain = attempts.slice(4).map(attempt => attempt.item.attempts > 0)
  // those deferred before and new ones take turns
  expect(isAgain).toEqual([true, false, true, false, true, false, false, false, false, false])
  await queue.close()
})

test('each message that waits tells it once, with what is wrong and when it is tried', async () => {
  const { queue, clock, events, item } = queueTo({ 'down.test': dead }, 1)
  const [first, second] = [item('b@down.test'), item('b@down.test')]
  queue.start()
  queue.add(first)
  queue.add(second)
  await clock.untilWaiting(1)
  await clock.advance(30 * minute)
  expect(events.filter(event => 'id' in event && event.id === second.id)).toMatchObject([
    { event: 'deferred', attempts: 0, problem: 'ECONNREFUSED (at connect)', nextAttemptAt: '2026-11-24T10:01:00.000Z' },
    { event: 'deferred', attempts: 1 },
  ])
  await queue.close()
})

test('it does not hold up mail for others', async () => {
  const { queue, clock, item, ...tested } = queueTo({ 'down.test': dead }, 1)
  queue.start()
  for (let n = 0; n < 5; n++) queue.add(item('b@down.test'))
  await clock.untilWaiting(1)
  for (let n = 0; n < 5; n++) queue.add(item('b@up.test'))
  await turn()
  expect(itemsOf(queue).map(({ recipients }) => recipients[0]?.mailbox)).toEqual(Array(5).fill('b@down.test'))
  expect(tested.times()).toEqual([0, 0, 0, 0, 0, 0])
  await queue.close()
})

test('a message that waits for it expires all the same, though it was not tried', async () => {
  const { queue, clock, attempts, events, item } = queueTo({ 'down.test': dead }, 1)
  queue.start()
  for (let n = 0; n < 500; n++) queue.add(item('b@down.test'))
  await clock.untilWaiting(1)
  await clock.advance(retry.expire + minute)
  await turn()
  expect(attempts.length).toBeLessThan(490)
  const failed = events.filter(({ event }) => event === 'failed')
  expect(failed).toHaveLength(500)
  expect(failed.at(-1)).toMatchObject({ problem: '554 5.4.7 Delivery time expired: ECONNREFUSED (at connect)' })
  await clock.advance(day)
  expect(itemsOf(queue)).toHaveLength(500)
  await queue.close()
})

test('one that turns two sessions away is busy, not dead; at the third in a row it is left alone', async () => {
  const { queue, times, clock, item } = queueTo({ 'busy.test': busy }, 1)
  queue.start()
  for (let n = 0; n < 10; n++) queue.add(item('b@busy.test'))
  await clock.untilWaiting(1)
  await turn()
  expect(times()).toEqual([0, 0, 0])
  await queue.close()
})

test('sessions that are turned away between others that are not, do not make it dead', async () => {
  let n = 0
  const tested = new TestQueue({ concurrency: 1 }, () => (n++ % 3 === 2 ? delivered : busy))
  tested.queue.start()
  for (let added = 0; added < 30; added++) tested.queue.add(tested.item())
  await turn()
  expect(tested.attempts.length).toBe(30)
  await tested.queue.close()
})

test('a message that is refused for now says nothing about the next MTA', async () => {
  const { queue, times, clock, item } = queueTo({ 'later.test': later })
  queue.start()
  for (let n = 0; n < 10; n++) queue.add(item('b@later.test'))
  await clock.untilWaiting(1)
  await turn()
  expect(times()).toHaveLength(10)
  await queue.close()
})

test('new messages and those that are tried again take turns', async () => {
  const tested = new TestQueue({ concurrency: 1 })
  const [again, fresh] = [0, 1].map(() => Array.from({ length: 4 }, () => tested.item()))
  for (const message of again ?? []) tested.queue.add({ ...message, attempts: 1 })
  for (const message of fresh ?? []) tested.queue.add(message)
  tested.queue.start()
  for (let n = 0; n < 8; n++) {
    await tested.untilAttempts(n + 1)
    tested.attempts[n]?.end(delivered)
  }
  expect(tested.attempts.map(({ item }) => item.attempts)).toEqual([0, 1, 0, 1, 0, 1, 0, 1])
  await tested.queue.close()
})

test('items that are not tried soon are read back from the spool', async () => {
  const tested = new TestQueue({ concurrency: 1 }, () => delivered)
  const messages = Array.from({ length: 1500 }, () => tested.item('b@example.test'))
  for (const message of messages) {
    await tested.spool.update(message)
    tested.queue.add(message)
  }
  const one = messages.at(-1)
  if (!one) throw new Error('none')
  // what only the spool knows
  await tested.spool.update({ ...one, stamp: 'from the spool' })
  tested.queue.start()
  await tested.untilAttempts(1500)
  expect(tested.attempts.at(-1)?.item.stamp).toBe('from the spool')
  await tested.queue.close()
})

test('what the spool can not read any more is told, and is not tried', async () => {
  const tested = new TestQueue({ concurrency: 1 }, () => delivered)
  // many recipients are not kept in memory
  const many = tested.item(...Array.from({ length: 30 }, (_, n) => mailbox(`b${n}@example.test`)))
  tested.queue.add(many)
  tested.queue.start()
  await turn()
  expect(tested.attempts).toEqual([])
  expect(tested.events).toMatchObject([{ event: 'set-aside', mta: 'gateway', key: `item/${many.id}` }])
  await tested.queue.close()
})
