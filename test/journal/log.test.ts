/**
 * The newest events, numbered, one by one.
 */
import { expect, test } from 'vitest'
import { EventLog } from '../../src/journal/log.js'
import { delivered, newId } from './events.js'

test('the oldest that is kept behind a number comes next, and none behind the newest', () => {
  const log = new EventLog(3)
  expect(log.next(0)).toBeNull()
  const events = Array.from({ length: 5 }, () => delivered(newId()))
  for (const event of events) log.append(event)
  expect(log.next(0)).toEqual({ number: 3, event: events[2] })
  expect(log.next(3)).toEqual({ number: 4, event: events[3] })
  expect(log.next(4)?.number).toBe(5)
  for (const number of [5, 6, 1000]) expect(log.next(number)).toBeNull()
  for (let number = 0, at = 0; number < 3; number++) {
    at = log.next(at)?.number ?? 0
    expect(at).toBe(number + 3)
  }
})
