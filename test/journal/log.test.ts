import { expect, test } from 'vitest'
import { EventLog } from '../../src/journal/log.js'
import { newId, relayed } from './events.js'

function filled(kept: number, events: number): EventLog {
  const log = new EventLog(kept)
  for (let n = 1; n <= events; n++) log.append(relayed(newId(), String(n)))
  return log
}

test('numbers events from 1, and keeps the newest', () => {
  const log = filled(3, 5)
  expect([log.first, log.last]).toEqual([3, 5])
  expect(log.after(0).map(({ number, event }) => [number, 'reply' in event && event.reply])).toEqual([
    [3, '3'],
    [4, '4'],
    [5, '5'],
  ])
})

test('goes on from a number', () => {
  const log = filled(3, 5)
  expect(log.after(4).map(({ number }) => number)).toEqual([5])
  expect(log.after(5)).toEqual([])
  expect(log.after(99)).toEqual([])
  expect(log.after(-7).map(({ number }) => number)).toEqual([3, 4, 5])
})

test('an empty one has none', () => {
  const log = new EventLog(3)
  expect([log.first, log.last, log.after(0)]).toEqual([1, 0, []])
})

test('tells who listens, until they have heard enough', () => {
  const log = filled(3, 2)
  const heard: number[] = []
  const stop = log.subscribe(({ number }) => {
    heard.push(number)
    if (number === 4) stop()
  })
  for (let n = 0; n < 3; n++) log.append(relayed(newId()))
  expect(heard).toEqual([3, 4])
})

test('the oldest that is kept behind a number comes next, and none behind the newest', () => {
  const log = new EventLog(3)
  expect(log.next(0)).toBeNull()
  const events = Array.from({ length: 5 }, () => relayed(newId()))
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
