/**
 * A message's history, found by any of its queue ids, in the order it happened.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MessageEvent } from '../../src/journal/event.js'
import { wayOf } from '../../src/journal/journal.js'
import { MemoryJournal } from '../../src/journal/memory.js'
import { delivered, newId, received, relayed } from './events.js'

function journalOf(events: readonly MessageEvent[]): MemoryJournal {
  const journal = new MemoryJournal()
  for (const event of events) journal.append(event)
  return journal
}

test('any queue id of a message finds all of it, and nothing of another', () => {
  const [a, b, c, other] = [newId(), newId(), newId(), newId()]
  const events = [received(a), received(b, a), relayed(a), received(c, b), relayed(b), delivered(c)]
  const journal = journalOf([received(other), ...events, relayed(other)])
  for (const id of [a, b, c]) {
    expect(journal.find(id)).toEqual({ received: [events[0], events[1], events[3]], events, faults: [] })
  }
  expect(journal.find(newId())).toBeNull()
})

test('events of one millisecond stay in the order they happened, over the copies', () => {
  const [a, b] = [newId(), newId()]
  // the next MTA takes a message over before the one that handed it on has read its 250
  const events = [received(a), relayed(a, '250 one'), received(b, a), relayed(a, '250 two'), delivered(b), relayed(a)]
  expect(journalOf(events).find(b)?.events).toEqual(events)
})

test('so do events of a clock that was set back', () => {
  const [a, b] = [newId(), newId()]
  const events = [received(a), { ...received(b, a), time: '2020-01-01T00:00:00.000Z' }, relayed(a)]
  expect(journalOf(events).find(a)?.events).toEqual(events)
})

test('where recipients were parted all copies are found, and the way of each is its own', async () => {
  const [a, b1, b2, c1, c2] = [newId(), newId(), newId(), newId(), newId()]
  const events = [received(a), received(b1, a), received(c1, b1), received(b2, a), received(c2, b2)]
  const journal = journalOf(events)
  for (const id of [a, b1, b2, c1, c2]) expect(journal.find(id)?.received).toEqual(events)
  const history = await journal.history(c2)
  if (!history) throw new Error('no history')
  expect(wayOf(history, c2).map(({ id }) => id)).toEqual([a, b2, c2])
  expect(wayOf(history, c1).map(({ id }) => id)).toEqual([a, b1, c1])
  expect(wayOf(history, newId())).toEqual([])
})

test('where the first copies are no longer in the journal, the history begins with the oldest that is', () => {
  const [gone, b, c] = [newId(), newId(), newId()]
  const events = [received(b, gone), received(c, b)]
  expect(journalOf([relayed(gone), ...events]).find(c)?.events).toEqual(events)
  expect(journalOf([relayed(gone)]).find(gone)).toBeNull()
})

test('copies that name each other end the search, not the program', () => {
  const [a, b] = [newId(), newId()]
  const history = journalOf([received(a, b), received(b, a)]).find(a)
  expect(history?.received).toHaveLength(2)
  if (history) expect(wayOf(history, b)).toHaveLength(2)
})

test('what was refused, set aside or a fault belongs to no message', () => {
  const journal = new MemoryJournal()
  const client = { address: '127.0.0.1', port: 1, helo: null }
  const happening = { time: '', mta: 'a' }
  const refused = { event: 'refused', stage: 'connect', client, reversePath: null, recipients: [], reply: '' } as const
  journal.append({ ...refused, ...happening })
  const fault = { ...refused, event: 'fault', rule: 'gateway-1', previous: null, action: 'drop', reply: null } as const
  journal.append({ ...fault, ...happening })
  journal.append({ event: 'set-aside', ...happening, key: '', reason: '' })
  expect(journal.find('')).toBeNull()
})

test('whatever the order of many messages, each history is the journal without the others', () => {
  const tree = fc.array(fc.nat(), { minLength: 1, maxLength: 8, size: 'max' })
  fc.assert(
    fc.property(
      fc.array(tree, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 30, size: 'max' }),
      (trees, more) => {
        const messages = trees.map(parents => {
          const ids = parents.map(() => newId())
          return ids.map((id, at) => received(id, at === 0 ? null : (ids[(parents[at] ?? 0) % at] ?? null)))
        })
        const later = more.flatMap(n => {
          const copies = messages[n % messages.length]
          const copy = copies?.[n % copies.length]
          return copy ? [{ message: copies, event: relayed(copy.id, `250 ${n}`) }] : []
        })
        const journal = journalOf([...messages.flat(), ...later.map(({ event }) => event)])
        for (const copies of messages) {
          const own = [...copies, ...later.filter(({ message }) => message === copies).map(({ event }) => event)]
          for (const { id } of copies) expect(journal.find(id)).toEqual({ received: copies, events: own, faults: [] })
        }
      },
    ),
    { numRuns: 50 },
  )
})
