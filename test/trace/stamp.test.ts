/**
 * The date of a stamp, in the zone that its MTA is in.
 */
import { expect, test } from 'vitest'
import { queueId } from '../support/delivered-message.js'
import { readReceived } from '../../src/trace/received.js'
import { writeStamp } from '../../src/trace/stamp/stamp.js'

const date = new Date('2026-01-01T00:30:05.900Z')

function stampIn(zone: string): string {
  return writeStamp('rfc5321', {
    helo: 'client.test',
    clientName: null,
    clientAddress: '127.0.0.1',
    hostname: 'mta.chain.test',
    address: '127.0.0.11',
    protocol: 'ESMTP',
    id: queueId(1),
    recipients: [],
    reversePath: null,
    date,
    zone,
  })
}

test.each([
  ['+0000', 'Thu, 1 Jan 2026 00:30:05 +0000'],
  ['-0000', 'Thu, 1 Jan 2026 00:30:05 -0000'],
  ['+0530', 'Thu, 1 Jan 2026 06:00:05 +0530'],
  ['-0330', 'Wed, 31 Dec 2025 21:00:05 -0330'],
  ['+1400', 'Thu, 1 Jan 2026 14:30:05 +1400'],
  ['-1200', 'Wed, 31 Dec 2025 12:30:05 -1200'],
])('in %s: %s', (zone, text) => {
  const stamp = stampIn(zone)
  expect(stamp.endsWith(` ${text}\r\n`)).toBe(true)
  expect(readReceived(stamp).date?.instant).toEqual(new Date('2026-01-01T00:30:05Z'))
})
