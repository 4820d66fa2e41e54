/**
 * Faults in a whole chain, and rules that come and go while it runs.
 */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Chain, type ChainInput, type JournalEvent, startChain } from '../../src/index.js'
import { ManualClock } from '../support/manual-clock.js'

const content = 'Subject: Tea\r\n\r\nAt four.\r\n'
const envelope = { from: 'a@example.test', to: 'b@example.test' }

interface Started {
  readonly chain: Chain
  readonly clock: ManualClock
  readonly events: JournalEvent[]
  /** Moves the time on, once that many queues wait for it. */
  readonly later: (ms: number) => Promise<void>
}

async function chainOf(faults: NonNullable<ChainInput['mtas'][number]['faults']>, seed = 1): Promise<Started> {
  const events: JournalEvent[] = []
  const clock = new ManualClock()
  const mtas = [
    { name: 'first', address: '127.81.2.1' },
    { name: 'gateway', address: '127.81.2.2', faults },
  ]
  const chain = await startChain({ mtas, seed }, { clock, onEvent: event => events.push(event) })
  onTestFinished(() => chain.close())
  const later = async (ms: number): Promise<void> => {
    await clock.untilWaiting(1)
    await clock.advance(ms)
  }
  return { chain, clock, events, later }
}

const minute = 60_000

function story(events: readonly JournalEvent[]): string[] {
  return events.map(event => `${event.mta}: ${event.event}`)
}

describe('greylisting', () => {
  test('defers a message once; it arrives at the second attempt', async () => {
    const { chain, events, later } = await chainOf([{ at: 'rcpt', greylist: '1m' }])
    const sent = await chain.send({ envelope, content })
    await later(minute)
    const [mail] = await sent.delivered()
    expect(mail?.recipient).toBe('b@example.test')
    // the next MTA may deliver before this one has read its reply
    expect(story(events).filter(line => line !== 'first: relayed')).toEqual([
      'first: received',
      'gateway: fault',
      // DATA was sent along with RCPT
      'first: deferred',
      'gateway: received',
      'gateway: delivered',
    ])
    expect(events[1]).toEqual({
      event: 'fault',
      time: '2026-11-24T10:00:00.000Z',
      mta: 'gateway',
      rule: 'gateway-1',
      stage: 'rcpt',
      client: { address: '127.81.2.1', port: expect.any(Number), helo: 'first.chain.test' },
      previous: events[0]?.event === 'received' ? events[0].id : null,
      reversePath: 'a@example.test',
      recipients: ['b@example.test'],
      action: 'reply',
      reply: '450 4.7.1 Greylisted, try again later',
    })
  })
})

describe('attempts', () => {
  test('are those of a message, known from its queue id, whatever others do', async () => {
    const { chain, events, later } = await chainOf([
      { at: 'mail', reply: '451 No', attempts: [1] },
      { at: 'message', reply: '452 No', attempts: [2] },
    ])
    const sent = [await chain.send({ envelope, content }), await chain.send({ envelope, content })]
    const deferred = (): number => events.filter(({ event }) => event === 'deferred').length
    await expect.poll(deferred).toBe(2)
    await later(minute)
    await expect.poll(deferred).toBe(4)
    await later(5 * minute)
    await Promise.all(sent.map(one => one.delivered()))
    const replies = events.flatMap(event => (event.event === 'fault' ? [event.reply] : []))
    expect(replies).toEqual(['451 4.3.0 No', '451 4.3.0 No', '452 4.3.1 No', '452 4.3.1 No'])
  })

  test('a message that was taken over before its client heard of it comes twice', async () => {
    const { chain, events, later } = await chainOf([{ at: 'message', drop: true, keep: true, first: 1 }])
    await chain.send({ envelope, content })
    await expect.poll(() => story(events)).toContain('first: deferred')
    await later(minute)
    await expect.poll(() => story(events).filter(line => line === 'gateway: delivered')).toHaveLength(2)
  })
})

describe('chance', () => {
  test('with the same seed makes the same run', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const { chain, events } = await chainOf([], seed)
      chain.faults.add('first', { at: 'rcpt', reply: '550 No', probability: 0.5 })
      const refused: number[] = []
      for (let n = 0; n < 20; n++) await chain.send({ envelope, content }).catch(() => refused.push(n))
      expect(events.filter(({ event }) => event === 'fault')).toHaveLength(refused.length)
      await chain.close()
      return refused
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
  })
})

describe('a chain that stops', () => {
  test.each([
    ['stall', { at: 'message', stall: true }, 0],
    ['delay', { at: 'message', delay: '1h' }, 1],
    ['throttle', { at: 'data', throttle: '1B/s' }, 1],
  ] as const)('does not wait for a next MTA with a %s', async (_, rule, delivered) => {
    const { chain, events } = await chainOf([rule])
    await chain.send({ envelope, content })
    await expect.poll(() => story(events)).toContain('gateway: fault')
    const before = performance.now()
    await chain.close()
    // draining takes 10 seconds at most
    expect(performance.now() - before).toBeLessThan(5000)
    expect(story(events).filter(line => line === 'first: relayed')).toHaveLength(delivered)
  })
})

describe('rules of a running chain', () => {
  test('come in front, and go with their scope', async () => {
    const { chain } = await chainOf([{ at: 'rcpt', reply: '550 No' }])
    const rule = { at: 'rcpt', reply: '551 No' } as const
    {
      using added = chain.faults.add('gateway', rule)
      expect(added.id).toBe('gateway-2')
      expect(chain.faults.list()).toEqual([
        { id: 'gateway-2', mta: 'gateway', rule },
        { id: 'gateway-1', mta: 'gateway', rule: { at: 'rcpt', reply: '550 No' } },
      ])
    }
    expect(chain.faults.list().map(({ id }) => id)).toEqual(['gateway-1'])
    const again = chain.faults.add('first', rule)
    again.remove()
    again.remove()
    expect(chain.faults.add('first', rule).id).toBe('first-2')
    expect(chain.faults.add('gateway', rule).id).toBe('gateway-3')
    expect(['gateway-3', 'gateway-3', 'x'].map(id => chain.faults.remove(id))).toEqual([true, false, false])
    chain.faults.clear('gateway')
    expect(chain.faults.list().map(({ id }) => id)).toEqual(['first-2'])
    chain.faults.clear()
    expect(chain.faults.list()).toEqual([])
    await (await chain.send({ envelope, content })).delivered()
  })

  test('that can not be are told as in chain.json', async () => {
    const { chain } = await chainOf([])
    expect(() => chain.faults.add('gateway', { at: 'mail', reply: '250 Ok', match: { size: '>1kB' } })).toThrow(
      new TypeError(
        [
          'the rule: reply: found "250 Ok", expected an error reply such as "450 4.7.1 Greylisted", or "554 No": 4xx or 5xx, an enhanced code of the same class, one line of US-ASCII',
          'the rule: match.size: found size in a rule at mail, expected size at message only; it is not known before',
          '2 mistakes in the rule',
        ].join('\n'),
      ),
    )
    expect(() => chain.faults.add('gatway', { at: 'mail', drop: true })).toThrow(
      new TypeError('no MTA "gatway", there are first, gateway'),
    )
    expect(chain.faults.list()).toEqual([])
  })
})
