import { expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { together, undelivered } from '../../src/check/verdict.js'
import { deliver } from '../support/delivered-message.js'
import { errorsOf } from './verdicts.js'

test('a message that is not in the mailbox earns only that', () => {
  const verdict = undelivered('b@example.test', 'It waits at gateway: 451 4.3.0 try later.', 3)
  expect(verdict).toMatchObject({
    recipient: 'b@example.test',
    delivered: false,
    verdict: 'fail',
    path: [],
    claimed: [],
  })
  expect(errorsOf(verdict)).toEqual(['not-delivered 3 -'])
  expect(verdict.findings[0]?.message).toBe('It waits at gateway: 451 4.3.0 try later.')
})

test('all messages pass together, with the weakest evidence; one that fails fails all', async () => {
  const { content, expected, journal } = deliver()
  const proven = await check(content, expected, { journal })
  const alone = await check(content, expected)
  expect(together([proven, proven])).toMatchObject({
    verdict: 'pass',
    evidence: 'message+journal',
    messages: [proven, proven],
  })
  expect(together([proven, alone])).toMatchObject({ verdict: 'pass', evidence: 'message' })
  expect(together([proven, undelivered(null, 'lost')])).toMatchObject({ verdict: 'fail', evidence: 'message+journal' })
  expect(together([])).toMatchObject({ verdict: 'fail', evidence: 'message' })
})
