/**
 * An item read back is the item that was written; anything else is no item.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stage } from '../../src/mail/envelope.js'
import type { Problem } from '../../src/mail/problem.js'
import type { EnhancedCode, Reply } from '../../src/mail/reply.js'
import { QueueIds } from '../../src/queue/ids.js'
import type { QueueItem, RecipientState } from '../../src/queue/item.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { readItem, writeItem } from '../../src/queue/stored-item.js'
import { itemOf, mailbox } from './items.js'

const mailboxes = fc.constantFrom(
  ...['b@example.test', 'B@example.test', 'postmaster', '"x y"@[127.0.0.1]', 'ü@bücher.test'].map(mailbox),
)
const enhanced = fc.constantFrom<EnhancedCode | null>('2.0.0', '4.2.0', '5.7.1', null)
const reply: fc.Arbitrary<Reply> = fc.record({
  code: fc.integer({ min: 200, max: 599 }),
  enhanced,
  text: fc.string({ unit: 'grapheme' }),
})
const stage = fc.constantFrom<Stage>('connect', 'helo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'message')
const problem: fc.Arbitrary<Problem> = fc.record(
  { stage, reply: fc.option(reply), by: fc.constant('here'), cause: fc.string() },
  { requiredKeys: ['stage', 'reply', 'cause'] },
)
const recipient: fc.Arbitrary<RecipientState> = fc.oneof(
  fc.record({ mailbox: mailboxes, state: fc.constant('queued') }),
  fc.record({ mailbox: mailboxes, state: fc.constant('deferred'), problem }),
  fc.record(
    { mailbox: mailboxes, state: fc.constant('delivered'), reply, owes: fc.constantFrom('delivered', 'relayed') },
    { requiredKeys: ['mailbox', 'state', 'reply'] },
  ),
  fc.record(
    { mailbox: mailboxes, state: fc.constant('failed'), problem, last: problem },
    { requiredKeys: ['mailbox', 'state', 'problem'] },
  ),
  fc.record({ mailbox: mailboxes, state: fc.constant('bounced'), problem, report: fc.constant(null) }),
)
const notifications = ['success', 'failure', 'delay'] as const
const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
const ids = new QueueIds(new MemorySpool().origin)

const items: fc.Arbitrary<QueueItem> = fc.record({
  id: fc.constant(null).map(() => ids.next()),
  mta: fc.string(),
  envelope: fc.record({
    reversePath: fc.option(mailboxes),
    recipients: fc.array(
      fc.record({
        mailbox: mailboxes,
        notify: fc.option(fc.subarray([...notifications])),
        originalRecipient: fc.option(fc.string()),
      }),
    ),
    eightBit: fc.boolean(),
    smtpUtf8: fc.boolean(),
    ret: fc.constantFrom('full', 'headers', null),
    envelopeId: fc.option(fc.string()),
  }),
  recipients: fc.array(recipient),
  stamp: fc.string({ unit: 'grapheme' }),
  size: fc.nat(),
  eightBit: fc.boolean(),
  utf8Header: fc.option(fc.boolean(), { nil: undefined }),
  receivedAt: date,
  attempts: fc.nat(),
  nextAttemptAt: date,
  expiresAt: date,
  held: fc.boolean(),
})

test('an item comes back as it was', () => {
  fc.assert(
    fc.property(items, item => {
      expect(readItem(writeItem(item))).toEqual(item)
    }),
  )
})

test('what lacks a part, or has one of another kind, is no item, and the reason is told', () => {
  const whole = itemOf(ids.next(), 10)
  for (const key of Object.keys(whole)) {
    const read = readItem(Buffer.from(JSON.stringify({ ...whole, [key]: { other: true } })))
    expect(read).toEqual({ unreadable: expect.stringContaining(key) })
  }
  expect(readItem(Buffer.from('{"id":'))).toEqual({ unreadable: 'not JSON' })
  expect(readItem(Buffer.from('null'))).toHaveProperty('unreadable')
})
