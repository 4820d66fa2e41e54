/**
 * A message that an earlier start left, dated later than now.
 */
import { expect, test } from 'vitest'
import { notFromTheFuture } from '../../src/queue/expiry.js'
import { queueId } from '../support/delivered-message.js'
import { itemOf } from './items.js'

const day = 86_400_000

test.each([
  ['later', 10 * day, 5 * day],
  ['now', 0, 5 * day],
  ['earlier', -2 * day, 3 * day],
])('received %s, it expires no later than its time after now', (_, received, expires) => {
  const receivedAt = new Date(received)
  const item = { ...itemOf(queueId(1), 1), receivedAt, expiresAt: new Date(received + 5 * day) }
  expect(notFromTheFuture(item, new Date(0))).toEqual({ ...item, expiresAt: new Date(expires) })
})
