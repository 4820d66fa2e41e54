/**
 * What becomes of a message by the outcomes of an attempt.
 */
import { expect, test } from 'vitest'
import type { Outcome } from '../../src/mail/outcome.js'
import { QueueIds } from '../../src/queue/ids.js'
import type { QueueItem } from '../../src/queue/item.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { settle } from '../../src/queue/settle.js'
import { itemOf, mailbox } from './items.js'

const retry = { after: [60_000, 300_000], expire: 600_000, probe: 60_000, warn: null }
const received = new Date('2026-11-24T10:00:00Z')
const names = ['a@example.test', 'b@example.test', 'c@example.test', 'd@example.test'].map(mailbox)
const [a, b, c, d] = names
const item: QueueItem = {
  ...itemOf(new QueueIds(new MemorySpool().origin).next(), 1, names),
  receivedAt: received,
  expiresAt: new Date(received.getTime() + retry.expire),
}

const after = (ms: number): Date => new Date(received.getTime() + ms)
const delivered: Outcome = { kind: 'delivered', reply: { code: 250, enhanced: '2.0.0', text: 'Ok' } }
const refused = { stage: 'rcpt', reply: { code: 550, enhanced: '5.1.1', text: 'No such user' }, cause: '550' } as const
const failed: Outcome = { kind: 'failed', problem: refused }
const busy = { stage: 'rcpt', reply: { code: 451, enhanced: '4.2.0', text: 'Later' }, cause: '451' } as const
const deferred: Outcome = { kind: 'deferred', problem: busy }

function outcomes(...all: readonly (Outcome | undefined)[]) {
  const pairs = names.flatMap((name, at): [typeof name, Outcome][] => {
    const outcome = all[at]
    return outcome ? [[name, outcome]] : []
  })
  return new Map(pairs)
}

test('each recipient has its own outcome, and keeps what was said', () => {
  const settled = settle(item, outcomes(delivered, failed, deferred, undefined), after(5000), retry)
  expect(settled).toEqual({
    ...item,
    attempts: 1,
    nextAttemptAt: after(65_000),
    recipients: [
      { mailbox: a, state: 'delivered', reply: { code: 250, enhanced: '2.0.0', text: 'Ok' } },
      { mailbox: b, state: 'failed', problem: refused },
      { mailbox: c, state: 'deferred', problem: busy },
      // a mistake of the attempt, not of the message
      { mailbox: d, state: 'deferred', problem: expect.objectContaining({ reply: null }) },
    ],
  })
})

test('what is settled stays so, whatever a later attempt says', () => {
  const first = settle(item, outcomes(delivered, failed, delivered, delivered), after(0), retry)
  const second = settle(first, outcomes(deferred, delivered, failed, failed), after(1000), retry)
  expect(second.recipients).toEqual(first.recipients)
})

test('the waits are those of the configuration, the last one repeated, and the last attempt falls on the expiry', () => {
  let now = item
  const nexts: number[] = []
  for (let attempt = 0; attempt < 3; attempt++) {
    now = settle(now, outcomes(deferred, deferred, deferred, deferred), now.nextAttemptAt, retry)
    nexts.push(now.nextAttemptAt.getTime() - received.getTime())
  }
  // items.ts received it at .123
  expect(nexts).toEqual([60_123, 360_123, 600_000])
})

test('a report that is owed is tried again after the wait, also beyond the expiry', () => {
  const settled = settle(item, outcomes(delivered, failed, failed, failed), item.expiresAt, retry)
  expect(settled.nextAttemptAt.getTime() - item.expiresAt.getTime()).toBe(60_000)
})

test('a deferral at the expiry is a failure, 5.4.7, that says what was said last', () => {
  const settled = settle(item, outcomes(delivered, failed, deferred, undefined), item.expiresAt, retry)
  const expired = (said: string) => ({ code: 554, enhanced: '5.4.7', text: `Delivery time expired: ${said}` })
  expect(settled.recipients.map(({ state }) => state)).toEqual(['delivered', 'failed', 'failed', 'failed'])
  expect(settled.recipients[1]).toMatchObject({ problem: refused })
  expect(settled.recipients[2]).toMatchObject({ problem: { stage: 'rcpt', reply: expired('451 4.2.0 Later') } })
  expect(settled.recipients[3]).toMatchObject({ problem: { reply: { enhanced: '5.4.7' } } })
})
