/**
 * The status of a report where no enhanced code was said (RFC 3463).
 */
import { expect, test } from 'vitest'
import { statusOf } from '../../src/bounce/status.js'
import type { Stage } from '../../src/mail/envelope.js'
import { reply } from '../../src/mail/reply.js'

test('the code that was said goes before any other', () => {
  expect(statusOf({ stage: 'rcpt', reply: reply(550, '5.7.1', 'No'), cause: '' })).toBe('5.7.1')
})

test.each<[Stage, number, string]>([
  ['connect', 421, '4.3.2'],
  ['connect', 554, '5.3.2'],
  ['helo', 501, '5.5.4'],
  ['mail', 452, '4.3.1'],
  ['mail', 552, '5.3.4'],
  ['mail', 553, '5.1.7'],
  ['mail', 555, '5.5.4'],
  ['rcpt', 450, '4.2.1'],
  ['rcpt', 451, '4.3.0'],
  ['rcpt', 452, '4.5.3'],
  ['rcpt', 550, '5.1.1'],
  ['rcpt', 551, '5.1.6'],
  ['rcpt', 552, '5.2.2'],
  ['rcpt', 553, '5.1.3'],
  ['data', 503, '5.5.1'],
  ['data', 554, '5.6.0'],
  ['message', 550, '5.7.1'],
  ['message', 552, '5.3.4'],
  ['message', 554, '5.6.0'],
  ['message', 599, '5.3.0'],
])('at %s, %i means %s', (stage, code, status) => {
  expect(statusOf({ stage, reply: reply(code, null, 'x'), cause: 'x' })).toBe(status)
})

test.each<[Stage, string, string]>([
  ['connect', 'ECONNREFUSED', '4.4.1'],
  ['connect', 'EHOSTUNREACH', '4.4.1'],
  ['connect', 'ETIMEDOUT', '4.4.1'],
  ['message', 'no reply in time', '4.4.2'],
  ['data', 'ECONNRESET', '4.4.2'],
  ['rcpt', 'the other side closed the connection', '4.4.2'],
  ['message', 'piece 1 of the content is damaged', '4.3.0'],
])('at %s, %s means %s', (stage, cause, status) => {
  expect(statusOf({ stage, reply: null, cause })).toBe(status)
})
