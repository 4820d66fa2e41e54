/**
 * What the queue does with messages that are deferred, refused and expire, on a clock that the test moves.
 */
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Mailbox } from '../../src/mail/address.js'
import type { Outcome, Outcomes } from '../../src/mail/outcome.js'
import { pending, type QueueItem } from '../../src/queue/item.js'
import { busy, delivered, itemsOf, later, refused, retry, TestQueue } from './attempts.js'
import { commit, contentOf, mailbox } from './items.js'

const minute = 60_000
const day = 24 * 60 * minute

test('a message is tried after 1, 5, 15, 60 minutes and then each 180, and for the last time when it expires', async () => {
  const { queue, clock, events, attempts, times, item } = new TestQueue({}, () => busy)
  queue.add(item())
  queue.start()
  await clock.untilWaiting(1)
  await clock.advance(6 * day)
  const waits = [0, 1, 5, 15, 60, ...Array.from({ length: 39 }, () => 180)]
  let at = 0
  expect(times()).toEqual([...waits.map(wait => (at += wait)), 7200])
  expect(attempts.map(attempt => attempt.item.attempts)).toEqual(attempts.map((_, n) => n))
  expect(events.map(({ event }) => event)).toEqual([...attempts.slice(1).map(() => 'deferred'), 'failed'])
  expect(events[1]).toEqual({
    event: 'deferred',
    time: '2026-11-24T10:01:00.000Z',
    mta: 'gateway',
    id: attempts[0]?.item.id,
    recipients: ['b@example.test'],
    problem: '421 4.3.2 Busy (at connect)',
    attempts: 2,
    nextAttemptAt: '2026-11-24T10:06:00.000Z',
  })
  expect(events.at(-1)).toMatchObject({ problem: '554 5.4.7 Delivery time expired: 421 4.3.2 Busy (at connect)' })
  expect(itemsOf(queue).map(({ recipients }) => recipients[0]?.state)).toEqual(['failed'])
  await queue.close()
})

test('what was handed on leaves the queue and the spool', async () => {
  const { queue, spool, item } = new TestQueue({}, () => delivered)
  const message = item()
  await commit(spool, message, [Buffer.from('x')])
  queue.start()
  queue.add(message)
  await turn()
  expect(itemsOf(queue)).toEqual([])
  expect(() => contentOf(spool, message.id)).toThrow('no content')
  await queue.close()
})

test('each recipient is handed on, refused or tried again for itself; what was refused stays with the reply', async () => {
  const [a, b, c] = ['a@example.test', 'b@example.test', 'c@example.test'].map(mailbox)
  if (!a || !b || !c) throw new Error('no mailboxes')
  const answers: Outcomes[] = [
    new Map([
      [a, delivered],
      [b, refused],
      [c, busy],
    ]),
    new Map([[c, delivered]]),
  ]
  const { queue, clock, spool, attempts, events, item } = new TestQueue({}, () => answers.shift() ?? busy)
  const message = item(a, b, c)
  await commit(spool, message, [Buffer.from('x')])
  queue.add(message)
  queue.start()
  await turn()
  await clock.advance(day)
  expect(attempts.map(attempt => pending(attempt.item))).toEqual([[a, b, c], [c]])
  expect(events).toMatchObject([
    { event: 'failed', recipients: [b] },
    { event: 'deferred', recipients: [c] },
  ])
  expect(itemsOf(queue).map(({ recipients }) => recipients)).toEqual([
    [
      { mailbox: a, state: 'delivered', reply: delivered.kind === 'delivered' && delivered.reply },
      { mailbox: b, state: 'failed', problem: refused.kind === 'failed' && refused.problem },
      { mailbox: c, state: 'delivered', reply: delivered.kind === 'delivered' && delivered.reply },
    ],
  ])
  expect(contentOf(spool, message.id)).toHaveLength(1)
  await queue.close()
})

test('new messages are tried first come first served, no more at once than allowed', async () => {
  const { queue, attempts, item, untilAttempts, ...tested } = new TestQueue({ concurrency: 3 })
  const messages = Array.from({ length: 10 }, () => item())
  for (const message of messages.slice(0, 5)) queue.add(message)
  queue.start()
  for (const message of messages.slice(5)) queue.add(message)
  for (let n = 0; n < 10; n++) {
    await untilAttempts(Math.min(n + 3, 10))
    expect(attempts).toHaveLength(Math.min(n + 3, 10))
    attempts[n]?.end(delivered)
    await turn()
  }
  expect(attempts.map(attempt => attempt.item.id)).toEqual(messages.map(({ id }) => id))
  expect(tested.mostRunning()).toBe(3)
  await queue.close()
})

test('one that is due sooner does not wait for one that is due later', async () => {
  const { queue, clock, attempts, item } = new TestQueue({}, () => later)
  queue.start()
  const first = item()
  queue.add(first)
  await clock.untilWaiting(1)
  await clock.advance(2 * minute)
  // the first one sleeps until 6 now
  const second = item()
  queue.add(second)
  await turn()
  await clock.advance(5 * minute)
  const at = (id: string) => attempts.filter(attempt => attempt.item.id === id).map(attempt => attempt.at)
  expect(at(first.id)).toEqual([0, 1, 6])
  expect(at(second.id)).toEqual([2, 3])
  await queue.close()
})

test('what an earlier start left is tried at once, whatever was scheduled, for those who have it not', async () => {
  const [a, b] = ['a@example.test', 'b@example.test'].map(mailbox)
  if (!a || !b) throw new Error('no mailboxes')
  const { queue, attempts, item } = new TestQueue({}, () => delivered)
  const left: QueueItem = {
    ...item(a, b),
    attempts: 4,
    nextAttemptAt: new Date('2026-11-28T10:00:00Z'),
    recipients: [
      { mailbox: a, state: 'delivered', reply: { code: 250, enhanced: null, text: 'Ok' } },
      { mailbox: b, state: 'deferred', problem: { stage: 'connect', reply: null, cause: 'ECONNREFUSED' } },
    ],
  }
  const problem = { stage: 'rcpt', reply: null, cause: 'no' } as const
  const failed: QueueItem = { ...item(a), recipients: [{ mailbox: a, state: 'failed', problem }] }
  queue.add(left)
  queue.add(failed)
  queue.start()
  await turn()
  expect(attempts.map(attempt => [attempt.at, attempt.item.id, pending(attempt.item)])).toEqual([[0, left.id, [b]]])
  // the report of it is tried
  expect(itemsOf(queue)).toMatchObject([{ id: failed.id, recipients: failed.recipients }])
  await queue.close()
})

const names = ['a', 'b', 'c', 'd'].map(name => mailbox(`${name}@example.test`))
const outcome = fc.constantFrom<Outcome>(delivered, refused, busy, busy)
const histories = fc.array(fc.array(fc.array(outcome, { minLength: 4, maxLength: 4 }), { maxLength: 6, size: 'max' }), {
  minLength: 1,
  maxLength: 5,
})

test('whatever attempts come to, each recipient ends delivered or failed, and none of these is tried again', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async messages => {
      const done = new Map<string, Set<Mailbox>>()
      const { queue, clock, attempts, item } = new TestQueue({ concurrency: 2 }, tried => {
        const answers = messages[itemsOf(queue).findIndex(({ id }) => id === tried.id)]?.[tried.attempts]
        const settled = done.get(tried.id) ?? new Set()
        done.set(tried.id, settled)
        const outcomes = new Map(pending(tried).map((name, at) => [name, answers?.[at] ?? busy]))
        for (const [name, { kind }] of outcomes) {
          expect(settled.has(name)).toBe(false)
          if (kind !== 'deferred') settled.add(name)
        }
        return outcomes
      })
      // one that never leaves keeps the others' places
      const all = messages.map(() => item(...names))
      for (const message of all) queue.add(message)
      queue.start()
      await turn()
      await clock.advance(retry.expire + day)
      const left = new Map<string, QueueItem>(itemsOf(queue).map(each => [each.id, each]))
      for (const { id } of all) {
        const states = left.get(id)?.recipients.map(({ state }) => state) ?? ['delivered']
        expect(states.filter(state => state !== 'delivered' && state !== 'failed')).toEqual([])
      }
      expect(attempts.length).toBeGreaterThanOrEqual(all.length)
      await queue.close()
    }),
    { numRuns: 40 },
  )
})
