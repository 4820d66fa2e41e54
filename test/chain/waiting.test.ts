import { describe, expect, onTestFinished, test } from 'vitest'
import type { Chain } from '../../src/chain/chain.js'
import type { ChainOptions } from '../../src/chain/parts.js'
import { startChain } from '../../src/chain/start.js'
import { WaitError, Waiting } from '../../src/chain/waiting.js'
import type { ChainInput } from '../../src/config/schema.js'
import { EventLog } from '../../src/journal/log.js'

const mail = { from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hi' }

async function running(changes: Partial<ChainInput> = {}, options: Omit<ChainOptions, 'folder'> = {}): Promise<Chain> {
  const mtas = [
    { name: 'first', address: '127.77.60.1' },
    { name: 'last', address: '127.77.60.2', recipients: ['*@example.test'] },
  ]
  const chain = await startChain({ mtas, ...changes }, options)
  onTestFinished(() => chain.close())
  return chain
}

async function refused(waiting: Promise<unknown>): Promise<string> {
  const error = await waiting.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(WaitError)
  return error instanceof Error ? error.message : ''
}

describe('waitFor', () => {
  test('resolves with what has happened already, at once', async () => {
    const chain = await running()
    const sent = await chain.send(mail)
    await sent.delivered()
    const event = await chain.waitFor('delivered', { timeout: 0 })
    expect(event).toMatchObject({ event: 'delivered', mta: 'last', recipient: 'b@example.test' })
  })

  test('resolves with what happens later', async () => {
    const chain = await running()
    const waiting = chain.waitFor('received', { mta: 'last' })
    await chain.send(mail)
    expect(await waiting).toMatchObject({ event: 'received', mta: 'last', reversePath: 'a@example.test' })
  })

  test('queued is received or released', async () => {
    const chain = await running({ mtas: [{ name: 'only', address: '127.77.60.1' }] })
    expect((await Promise.all([chain.waitFor('queued'), chain.send(mail)]))[0].event).toBe('received')
  })

  test('counts', async () => {
    const chain = await running()
    const third = chain.waitFor('delivered', { count: 3 })
    for (const to of ['1@example.test', '2@example.test', '3@example.test']) {
      await (await chain.send({ ...mail, to })).delivered()
    }
    expect((await third).recipient).toBe('3@example.test')
    expect((await chain.waitFor('delivered', { count: 2 })).recipient).toBe('2@example.test')
    expect(await refused(chain.waitFor('delivered', { count: 4, timeout: 1 }))).toMatch(
      /^waited 0\.001 s: no event delivered, 3 of 4 happened\n/,
    )
  })

  test('is refused at the line that asked', async () => {
    const chain = await running()
    const error = await chain.waitFor('delivered', { timeout: 1 }).catch((reason: unknown) => reason)
    expect(error).toHaveProperty('stack', expect.stringContaining('waiting.test.ts'))
  })

  test('so is what will not be delivered', async () => {
    const chain = await running()
    const sent = await chain.send({ ...mail, to: 'x@other.test' })
    const error = await sent.delivered().catch((reason: unknown) => reason)
    expect(error).toHaveProperty('name', 'UndeliveredError')
    expect(error).toHaveProperty('stack', expect.stringContaining('waiting.test.ts'))
  })

  test('knows a message by all its copies', async () => {
    const chain = await running()
    const [one, two] = [await chain.send(mail), await chain.send({ ...mail, to: 'c@example.test' })]
    expect((await chain.waitFor('delivered', { message: two })).recipient).toBe('c@example.test')
    const { id } = await chain.waitFor('delivered', { message: one })
    expect(one.ids).not.toContain(id)
    expect((await chain.waitFor('delivered', { id })).recipient).toBe('b@example.test')
  })

  test.each([
    ['mta', { mta: 'last' }, { mta: 'first' }],
    ['from', { from: 'a@*' }, { from: 'b@*' }],
    ['to', { to: '*@example.test' }, { to: 'B@example.test' }],
    ['message', { message: { ids: [] } }, { message: { ids: ['7QJ2M4XKZ9'] } }],
  ])('filters by %s', async (name, fitting, other) => {
    const chain = await running()
    const sent = await chain.send(mail)
    const fit = name === 'message' ? { message: sent } : fitting
    expect((await chain.waitFor('delivered', fit)).recipient).toBe('b@example.test')
    await refused(chain.waitFor('delivered', { ...other, timeout: 0 }))
  })

  test('filters by what was said, also with a pattern that goes on from where it was', async () => {
    const chain = await running()
    const sent = await chain.send({ ...mail, to: 'x@other.test' })
    const pattern = /5\.7\.1/g
    const { problem } = await chain.waitFor('failed', { message: sent, reply: pattern })
    expect(problem).toContain('Not a recipient of this MTA')
    expect((await chain.waitFor('failed', { reply: pattern })).problem).toBe(problem)
    expect((await chain.waitFor('refused', { reply: '550 5.7.1', to: 'x@other.test' })).stage).toBe('rcpt')
    await refused(chain.waitFor('failed', { reply: 'x@other.test', timeout: 0 }))
  })

  test('a report is from the null reverse-path, and a fault knows the copy that met it', async () => {
    const chain = await running()
    const fault = chain.faults.add('last', { at: 'rcpt', reply: '450 4.7.1 Later' })
    const sent = await chain.send(mail)
    expect(await chain.waitFor('fault', { message: sent, reply: '450', from: 'a@example.test' })).toMatchObject({
      rule: 'last-1',
    })
    fault.remove()
    await chain.inject('first', { envelope: { from: null, to: 'b@example.test' }, content: 'Subject: x\r\n\r\n' })
    expect((await chain.waitFor('received', { from: '<>', mta: 'first' })).reversePath).toBe(null)
  })

  test('tells what happened instead, and where each message is', async () => {
    const chain = await running({ clock: { start: '2026-01-01T00:00:00Z', speed: 0.001 } })
    chain.faults.add('last', { at: 'rcpt', reply: '450 4.7.1 Later' })
    const sent = await chain.send(mail)
    await chain.waitFor('deferred')
    const told = await refused(chain.waitFor('delivered', { to: 'b@example.test', timeout: 1 }))
    const [id] = sent.ids
    expect(
      told.replaceAll(id ?? '', 'ID').replaceAll(/00:00:00\.\d+/g, 'TIME'),
    ).toBe(`waited 0.001 s: no event delivered { to: "b@example.test" }
What happened:
  TIME first received ID from 127.0.0.1 for b@example.test
  TIME last fault last-1 at rcpt for b@example.test: 450 4.7.1 Later
  TIME first deferred ID for b@example.test until 00:01:00: 450 4.7.1 Later (at rcpt)
Where the messages are:
  ID for b@example.test at first, deferred: 450 4.7.1 Later (at rcpt), next attempt at 00:01:00`)
  })

  test('sends nothing of what clients say to the terminal', async () => {
    const chain = await running({ clock: { start: '2026-01-01T00:00:00Z', speed: 0.001 } })
    chain.faults.add('last', { at: 'rcpt', match: { recipient: 'b*@example.test' }, reply: '450 4.7.1 Later' })
    const [later, never] = ['b\u202e@example.test', 'c\u202e@other.test']
    const sent = await chain.send({ envelope: { from: null, to: [later, never] }, content: mail.text })
    const error = await sent.delivered().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ recipient: never, mta: 'first' })
    expect(String(error)).toMatch(/^UndeliveredError: not delivered to c\\x202e@other\.test: at first: 550 /)
    await chain.waitFor('deferred')
    const lines = (await refused(chain.waitFor('delivered', { to: later, timeout: 1 }))).split('\n')
    const shown = 'b\\x202e@example.test'
    expect(lines[0]).toContain(`no event delivered { to: "${shown}" }`)
    expect(lines.filter(line => / (?:deferred|queue)/.test(line))).toEqual([
      expect.stringContaining(` for ${shown} until 00:01:00`),
      expect.stringMatching(/ for b\\x202e@.* at first, deferred/),
    ])
    expect(lines.join('\n')).not.toMatch(/\u202e/)
  })

  test('tells the last of very much alone', async () => {
    const chain = await running()
    for (let n = 0; n < 10; n++) await (await chain.send(mail)).delivered()
    await chain.idle()
    const lines = (await refused(chain.waitFor('held', { timeout: 0 }))).split('\n')
    expect(lines[1]).toMatch(/^What happened last \(\d+ events before\):$/)
    expect(lines.slice(22)).toEqual(['Where the messages are:', '  no message is in a queue'])
  })

  test('ends where the chain does', async () => {
    const chain = await running()
    const waiting = refused(chain.waitFor('delivered', { timeout: '1h' }))
    await chain.close()
    expect(await waiting).toMatch(/^the chain was closed: no event delivered\nWhat happened:\n {2}nothing\n/)
    expect(await refused(chain.waitFor('held'))).toMatch(/^the chain is closed: /)
  })

  test.each([
    [{ count: 0 }, 'count: expected a whole number from 1, found 0'],
    [{ count: 1.5 }, 'count: expected a whole number from 1, found 1.5'],
    [{ timeout: 'soon' }, 'timeout: expected "10s" or milliseconds, found soon'],
    [{ timeout: -1 }, 'timeout: expected "10s" or milliseconds, found -1'],
    [{ mta: 'middle' }, 'the chain has no MTA "middle", only first, last'],
  ])('a filter that can’t be is told: %o', async (filter, text) => {
    const chain = await running()
    await expect(chain.waitFor('delivered', filter)).rejects.toThrow(text)
  })

  test.each([
    ['deliverd', {}, 'no event "deliverd": expected one of queued, received, '],
    [
      'delivered',
      { recipient: 'b@example.test' },
      'no filter "recipient": expected mta, id, message, from, to, reply, ',
    ],
    ['delivered', { to: /b@/ }, 'to: expected a text, found /b@/'],
    ['delivered', { from: null }, 'from: expected a text, found null'],
    ['delivered', { reply: 550 }, 'reply: expected a text, found 550'],
    ['delivered', { message: { id: 'x' } }, 'message: expected what chain.send gave'],
    ['delivered', { message: null }, 'message: expected what chain.send gave'],
    ['delivered', { id: undefined }, 'id: found undefined, expected a value: leave the key out where any will do'],
    ['delivered', { message: undefined }, 'message: found undefined'],
    ['delivered', { mta: undefined, to: 'b@*' }, 'mta: found undefined'],
    ['delivered', { count: undefined }, 'count: found undefined'],
    ['delivered', null, 'the filter: expected an object as { to: "b@example.test" }, found null'],
    ['delivered', 'b@example.test', 'the filter: expected an object as { to: "b@example.test" }, found "b@'],
    ['delivered', { mta: 5 }, 'mta: expected a text, found 5'],
  ])('callers without types are told: %s %o', async (kind, filter, text) => {
    const chain = await running()
    const untyped: (...given: never[]) => Promise<unknown> = (...given: [never, never]) => chain.waitFor(...given)
    await expect(Reflect.apply(untyped, null, [kind, filter])).rejects.toThrow(text)
  })
})

test('who waits in vain is told of a long queue without all of it being read', async () => {
  let read = 0
  function* lines(): Generator<string> {
    for (; read < 1000; read++) yield `message ${read}`
  }
  const waiting = new Waiting(new EventLog(10), { count: () => 100_000, lines })
  const told = await refused(waiting.waitFor('delivered', { timeout: 0 }))
  expect(told).toMatch(/\n {2}message 19\n {2}and 99980 more$/)
  expect(read).toBe(19)
})
