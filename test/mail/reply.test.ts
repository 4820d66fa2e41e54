import { describe, expect, it } from 'vitest'
import { formatReply, isEnhancedCode, parseReply, reply } from '../../src/mail/reply.js'

describe('parseReply', () => {
  it.each([
    ['250 2.1.5 Recipient ok', reply(250, '2.1.5', 'Recipient ok')],
    ['354 Go ahead', reply(354, null, 'Go ahead')],
    ['220 mta.test ESMTP', reply(220, null, 'mta.test ESMTP')],
    ['250', reply(250, null, '')],
    ['250 ', reply(250, null, '')],
    ['250 2.0.0', reply(250, '2.0.0', '')],
    ['250-2.0.0 One\r\n250 2.0.0 two', reply(250, '2.0.0', 'One two')],
    ['550-5.1.1 One\r\n550-5.1.1 two\r\n550 5.1.1 three', reply(550, '5.1.1', 'One two three')],
    ['250-mta.test\n250 SIZE 1', reply(250, null, 'mta.test SIZE 1')],
    ['550-No code here\r\n550 5.7.1 but here', reply(550, '5.7.1', 'No code here but here')],
    // RFC 2034 4: the class of the enhanced code is that of the reply
    ['250 5.0.0 is text', reply(250, null, '5.0.0 is text')],
    ['450 4.1234.0 is text', reply(450, null, '4.1234.0 is text')],
    ['250  two blanks', reply(250, null, 'two blanks')],
  ])('reads %j', (raw, expected) => {
    expect(parseReply(raw)).toEqual(expected)
  })

  it.each(['', ' ', 'hello', '25', '2500', '150 early', '650 late', '250x', ' 250 ok', 'HTTP/1.1 200 OK'])(
    'has nothing to say of %j',
    raw => {
      expect(parseReply(raw)).toBe(null)
    },
  )
})

it.each([
  [reply(250, '2.0.0', 'Ok'), '250 2.0.0 Ok'],
  [reply(354, null, 'Go'), '354 Go'],
  [reply(421, '4.3.2', ''), '421 4.3.2'],
  [reply(250, null, ''), '250'],
])('formatReply writes %j as it reads it', (given, line) => {
  expect(formatReply(given)).toBe(line)
  expect(parseReply(line)).toEqual(given)
})

it('knows an enhanced code (RFC 3463 2)', () => {
  const words = ['2.0.0', '4.7.999', '5.1.10', '3.0.0', '1.0.0', '2.0', '2.0.0.0', '2.1000.0', '2.0.0 ', ' 2.0.0', '']
  expect(words.filter(isEnhancedCode)).toEqual(['2.0.0', '4.7.999', '5.1.10'])
})
