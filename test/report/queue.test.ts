/**
 * Queued messages and the status as people read them: what a message brings can do nothing to a terminal.
 */
import { expect, it } from 'vitest'
import { formatQueue, formatQueued } from '../../src/report/queue.js'
import { formatStatus } from '../../src/report/status.js'
import { makeStyle } from '../../src/report/style.js'

const plain = makeStyle(false)
const evil = '\u001b[2J\u202e'
const now = '2026-11-24T10:00:00.000Z'
const message = {
  id: '7QJ2M4XKZ9',
  mta: 'first',
  state: 'deferred',
  from: `${evil}@example.test`,
  size: 4_100,
  attempts: 3,
  nextAttemptAt: '2026-11-24T10:05:00.000Z',
  problem: `450 4.7.1 ${evil} (at rcpt)`,
}

it('shows a message on a line, what went wrong below it', () => {
  const others = { ...message, id: '7QJ2M4XKZA', from: null, attempts: 0, nextAttemptAt: null, problem: null }
  const text = formatQueue(
    [
      { ...message, to: ['b@example.test'], recipients: 21 },
      { ...others, to: ['c@example.test'], recipients: 1 },
    ],
    now,
    plain,
  )
  expect(text.split('\n')).toEqual([
    '7QJ2M4XKZ9  first  deferred  4.1 kB  3×  in 5 min  \\x1b[2J\\x202e@example.test → b@example.test and 20 more',
    '  450 4.7.1 \\x1b[2J\\x202e (at rcpt)',
    '7QJ2M4XKZA  first  deferred  4.1 kB                <> → c@example.test',
  ])
})

it('shows one message with nothing of it raw', () => {
  const text = formatQueued(
    {
      ...message,
      receivedAt: now,
      expiresAt: now,
      recipients: [{ recipient: evil, state: 'deferred', said: evil }],
      stamp: `Received: from ${evil}\r\n by x\r\n`,
      history: [
        { event: 'deferred', time: now, mta: 'first', id: message.id, problem: evil },
        { event: 'held', time: now, mta: 'first', id: message.id, recipients: [evil, 'b@example.test'] },
      ],
    },
    plain,
  )
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  expect(text).toContain('  Received: from \\x1b[2J\\x202e\n   by x\n')
  expect(text).toContain('held      \\x1b[2J\\x202e, b@example.test')
})

it('shows who does not answer, with nothing of it raw', () => {
  const destinations = [{ name: 'second', problem: evil, nextProbeAt: '2026-11-24T10:01:00.000Z' }]
  const queue = { ready: 0, waiting: 1200, failed: 1 }
  const mta = { name: 'first', address: '::1', port: 2525, sessions: 1, queue, destinations }
  const text = formatStatus({ version: '1', pid: 7, since: now, now, faults: 1, mtas: [mta] }, plain)
  expect(text.split('\n').slice(1)).toEqual([
    '  first  [::1]:2525  1 session  1,200 waiting, 1 failed',
    '    second does not answer: \\x1b[2J\\x202e; next probe in 1 min',
  ])
})
