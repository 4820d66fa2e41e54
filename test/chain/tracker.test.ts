import { describe, expect, test } from 'vitest'
import { Flights } from '../../src/chain/flights.js'
import { Submission } from '../../src/chain/submission.js'
import { Tracker } from '../../src/chain/tracker.js'
import { mailbox } from '../relay/harness.js'
import { deferred, delivered, failed, queueId, received } from './events.js'

const b = mailbox('b@example.test')
const c = mailbox('c@example.test')
const [first, second, third] = [queueId('1'), queueId('2'), queueId('3')]

function submission(...recipients: string[]): Submission {
  return new Submission(null, recipients.map(mailbox), 'first')
}

function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

describe('a submission is followed', () => {
  test('from copy to copy, by what was on the socket', async () => {
    const tracker = new Tracker()
    const sent = submission(b)
    tracker.received(received('out', first, [b]), { submission: sent })
    tracker.received(received('in', second, [b]), { copy: first })
    tracker.observe(deferred('in', second, [b], 'ENOSPC'))
    expect(sent.missing).toMatchObject([{ mta: 'in' }])
    tracker.observe(delivered('in', second, b))
    expect(await sent.delivered).toMatchObject([{ id: second }])
  })

  test('where its recipients are parted', async () => {
    const tracker = new Tracker()
    const sent = submission(b, c)
    tracker.received(received('out', first, [b]), { submission: sent })
    tracker.received(received('out', second, [c]), { submission: sent })
    tracker.observe(delivered('in', second, c))
    tracker.observe(delivered('in', first, b))
    expect(await sent.delivered).toHaveLength(2)
  })

  test('and no other with it', async () => {
    const tracker = new Tracker()
    const [one, other] = [submission(b), submission(b)]
    tracker.received(received('out', first, [b]), { submission: one })
    tracker.received(received('out', second, [b]), { submission: other })
    // an external client's copy, and one of a copy that nobody knows
    tracker.received(received('out', third, [b]), null)
    tracker.received(received('in', third, [b]), { copy: queueId('9') })
    tracker.observe(delivered('in', third, b))
    tracker.observe(failed('out', second, [b], 'refused'))
    expect(one.missing).toMatchObject([{ message: expect.stringContaining('queued') }])
    tracker.observe(delivered('in', first, b))
    expect(await one.delivered).toHaveLength(1)
    await expect(other.delivered).rejects.toThrow('refused')
  })

  test('until somebody drops it', async () => {
    const tracker = new Tracker()
    const sent = submission(b)
    const about = { time: '2026-11-24T10:00:00.000Z', mta: 'out', id: first, recipients: [b] }
    tracker.received(received('out', first, [b]), { submission: sent })
    tracker.observe({ event: 'held', ...about })
    expect(sent.missing).toMatchObject([{ message: expect.stringContaining('at out: held by hand') }])
    tracker.observe({ event: 'released', ...about })
    expect(sent.missing).toMatchObject([{ message: expect.stringContaining('at out: queued') }])
    tracker.observe({ event: 'dropped', ...about })
    await expect(sent.delivered).rejects.toThrow('at out: dropped by hand')
    await sent.settled
  })

  test('on, where one recipient failed and others wait', async () => {
    const tracker = new Tracker()
    const sent = submission(b, c)
    tracker.received(received('out', first, [b, c]), { submission: sent })
    tracker.observe(failed('out', first, [c], 'refused'))
    await settled()
    tracker.observe(delivered('in', first, b))
    expect(sent.missing).toMatchObject([{ recipient: c }])
  })
})

describe('nothing is kept', () => {
  test('of a submission that is over', async () => {
    const tracker = new Tracker()
    const sent = submission(b)
    tracker.received(received('out', first, [b]), { submission: sent })
    tracker.received(received('in', second, [b]), { copy: first })
    tracker.observe(failed('in', second, [b], 'refused'))
    await settled()
    for (const id of [first, second]) tracker.observe(deferred('in', id, [b], 'heard again'))
    tracker.received(received('in', third, [b]), { copy: first })
    expect(sent.missing).toMatchObject([{ message: expect.stringContaining('refused') }])
  })

  test('when the chain ends; whoever waits is told', async () => {
    const tracker = new Tracker()
    const sent = submission(b)
    tracker.received(received('out', first, [b]), { submission: sent })
    tracker.close()
    await expect(sent.delivered).rejects.toThrow('at out: queued')
  })
})

describe('flights', () => {
  const [socket, other] = [
    { address: '127.0.0.11', port: 40_000 },
    { address: '127.0.0.11', port: 40_001 },
  ]
  const [there, elsewhere] = [
    { address: '127.0.0.12', port: 2525 },
    { address: '127.0.0.13', port: 2525 },
  ]

  test('a socket has its cargo until it is over', () => {
    const flights = new Flights()
    const over = flights.begin(socket, there, { copy: first })
    expect([flights.find(socket, there), flights.find(other, there)]).toEqual([{ copy: first }, null])
    over()
    expect(flights.find(socket, there)).toBeNull()
  })

  test('who uses the same address and port towards another MTA has nothing of it', () => {
    const flights = new Flights()
    flights.begin(socket, there, { copy: first })
    expect(flights.find(socket, elsewhere)).toBeNull()
  })

  test('an end that comes late takes nothing from the next one', () => {
    const flights = new Flights()
    const over = flights.begin(socket, there, { copy: first })
    flights.begin(socket, there, { copy: second })
    over()
    expect(flights.find(socket, there)).toEqual({ copy: second })
  })
})
