import { describe, expect, test } from 'vitest'
import { Submission, UndeliveredError } from '../../src/chain/submission.js'
import { mailbox } from '../relay/harness.js'
import { deferred, delivered, failed, queueId, received } from './events.js'

const [b, c] = [mailbox('b@example.test'), mailbox('c@example.test')]
const [first, second] = [queueId('1'), queueId('2')]

function submission(...recipients: string[]): Submission {
  return new Submission(mailbox('a@example.test'), recipients.map(mailbox), 'first')
}

/** Told only once all promises have been told. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = (): void => {
    settled = true
  }
  promise.then(note, note)
  await new Promise(resolve => setImmediate(resolve))
  return settled
}

describe('delivered', () => {
  test('resolves once every recipient has it, in the order of delivery', async () => {
    const sent = submission(b, c)
    sent.observe(received('in', first, [b, c]))
    sent.observe(delivered('in', first, c))
    expect(await isSettled(sent.delivered)).toBe(false)
    sent.observe(delivered('in', first, b, 'b/new/1'))
    expect(await sent.delivered).toEqual([
      { recipient: c, reversePath: 'a@example.test', entry: 'first', id: first, file: null },
      { recipient: b, reversePath: 'a@example.test', entry: 'first', id: first, file: 'b/new/1' },
    ])
  })

  test('rejects with where and why once one will not get it, whatever becomes of the others', async () => {
    const sent = submission(b, c)
    sent.observe(failed('out', first, [c], '550 5.1.1 Moved away (at rcpt)'))
    const error = await sent.delivered.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UndeliveredError)
    expect(error).toMatchObject({ recipient: c, mta: 'out' })
    expect(String(error)).toBe(
      'UndeliveredError: not delivered to c@example.test: at out: 550 5.1.1 Moved away (at rcpt)',
    )
    sent.observe(delivered('in', second, b))
    expect(sent.missing).toEqual([error])
  })

  test('a deferral is no end', async () => {
    const sent = submission(b)
    sent.observe(deferred('out', first, [b], 'ECONNREFUSED (at connect)'))
    expect(await isSettled(sent.delivered)).toBe(false)
    expect(sent.missing).toMatchObject([{ mta: 'out', recipient: b }])
    sent.observe(delivered('in', second, b))
    expect(await sent.delivered).toHaveLength(1)
  })

  test('counts those that differ in case apart, and nobody else', async () => {
    const sent = submission('b@example.test', 'B@example.test')
    sent.observe(delivered('in', first, 'b@example.test'))
    sent.observe(delivered('in', first, 'b@example.test'))
    sent.observe(delivered('in', first, 'x@example.test'))
    expect(await isSettled(sent.delivered)).toBe(false)
    expect(sent.missing).toMatchObject([{ recipient: 'B@example.test' }])
    sent.observe(delivered('in', first, 'B@example.test'))
    expect(await sent.delivered).toHaveLength(2)
  })

  test('rejects with where it is when the chain ends', async () => {
    const sent = submission(b)
    sent.observe(received('out', first, [b]))
    sent.abandon()
    await expect(sent.delivered).rejects.toThrow('not delivered to b@example.test: at out: queued')
  })

  test('stays resolved when the chain ends', async () => {
    const sent = submission(b)
    sent.observe(delivered('in', first, b))
    sent.abandon()
    expect(await sent.delivered).toHaveLength(1)
  })

  test('who does not ask for it gets no unhandled rejection', async () => {
    submission(b).fail([b], 'out', 'refused')
    await new Promise(resolve => setImmediate(resolve))
  })
})

describe('missing', () => {
  test('tells where each copy was seen last', () => {
    const sent = submission(b, c, 'd@example.test', 'e@example.test')
    sent.observe(received('out', first, [b, c]))
    sent.observe(received('in', second, [b]))
    sent.fail(['d@example.test'], 'out', '550 5.7.1 Not here')
    expect(sent.missing.map(String)).toEqual([
      'UndeliveredError: not delivered to b@example.test: at in: queued',
      'UndeliveredError: not delivered to c@example.test: at out: queued',
      'UndeliveredError: not delivered to d@example.test: at out: 550 5.7.1 Not here',
      'UndeliveredError: not delivered to e@example.test: at the client: not taken over yet',
    ])
  })
})

describe('settled', () => {
  test('resolves once nothing more happens, however it ended', async () => {
    const sent = submission(b, c)
    sent.fail([c], 'out', 'refused')
    expect(await isSettled(sent.settled)).toBe(false)
    sent.observe(delivered('in', first, b))
    expect(await isSettled(sent.settled)).toBe(true)
  })

  test('one that was given up and arrives all the same counts once', async () => {
    const sent = submission(b, c)
    sent.fail([b], 'out', 'ETIMEDOUT')
    sent.observe(delivered('in', first, b))
    expect(await isSettled(sent.settled)).toBe(false)
    sent.abandon()
    expect(await isSettled(sent.settled)).toBe(true)
  })
})
