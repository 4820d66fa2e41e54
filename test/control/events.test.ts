/**
 * What happens, followed: as it happens, from a number on, with gaps told; and waited for. Nobody who is slow, or gone,
 * costs anything.
 */
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { refusalSchema } from '../../src/control/answers.js'
import { numberedSchema } from '../../src/control/happening-answers.js'
import { Listening } from './listening.js'
import { heard, serve, type Serving } from './serving.js'

async function send({ chain }: Serving, to = 'b@example.test'): Promise<void> {
  await (await chain.send({ envelope: { from: 'a@example.test', to }, content: 'x\r\n' })).delivered()
}

async function listen({ port }: Serving, query = '', headers: Record<string, string> = {}): Promise<Listening> {
  const listening = await Listening.to(port, `/events${query}`, headers)
  onTestFinished(() => listening.close())
  return listening
}

describe('events', () => {
  it('come as they happen, each with its number as id', async () => {
    const serving = await serve()
    await send(serving, 'before@example.test')
    const listening = await listen(serving)
    expect(listening.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    await send(serving)
    const events = await listening.take(4)
    expect(events.map(({ id }) => id)).toEqual(['5', '6', '7', '8'])
    expect(events.map(({ event }) => event).toSorted()).toEqual(['delivered', 'received', 'received', 'relayed'])
    for (const { id, event, data } of events)
      expect(numberedSchema.parse(data)).toMatchObject({ number: Number(id), event, mta: expect.any(String) })
    const known = serving.chain.events.after(4).map(({ number, event }) => ({ number, ...event }))
    expect(events.map(({ data }) => data)).toEqual(JSON.parse(JSON.stringify(known)))
  })

  it('go on from a number, by query or by header, which goes before', async () => {
    const serving = await serve()
    await send(serving)
    const numbers = async (listening: Listening, count: number): Promise<string[]> =>
      (await listening.take(count)).map(({ id }) => id ?? '')
    expect(await numbers(await listen(serving, '?after=0'), 4)).toEqual(['1', '2', '3', '4'])
    expect(await numbers(await listen(serving, '', { 'last-event-id': '2' }), 2)).toEqual(['3', '4'])
    expect(await numbers(await listen(serving, '?after=0', { 'last-event-id': '3' }), 1)).toEqual(['4'])
    // the newest was seen: what comes next is told
    const next = await listen(serving, '?after=4')
    await send(serving)
    expect(await numbers(next, 4)).toEqual(['5', '6', '7', '8'])
  })

  it('that are no longer kept are told of by a gap, and so are numbers of another start', async () => {
    const serving = await serve()
    await send(serving)
    const later = await listen(serving, '?after=1000')
    const [gap, first] = await later.take(2)
    expect(gap).toEqual({ id: null, event: 'gap', data: { event: 'gap', after: 1000, first: 1, last: 4 } })
    expect(first?.id).toBe('1')
    const [old] = serving.chain.events.after(0)
    if (!old) throw new Error('no event')
    for (let n = 0; n < 10_000; n++) serving.chain.events.append(old.event)
    const early = await listen(serving, '?after=2')
    expect(await early.take(2)).toMatchObject([
      { id: null, event: 'gap', data: { event: 'gap', after: 2, first: 5, last: 10_004 } },
      { id: '5' },
    ])
  })

  it.each([['?after=-1'], ['?after=x'], ['?after=1&after=2'], ['?from=1'], ['?after=9999999999999999']])(
    '%s is refused',
    async query => {
      const { ask } = await serve()
      expect(await ask('GET', `/events${query}`)).toMatchObject({ status: 400 })
    },
  )

  it('a Last-Event-ID that is no number is refused', async () => {
    const { ask } = await serve()
    const { status, json } = await ask('GET', '/events', { headers: { 'last-event-id': '1; x' } })
    expect(status).toBe(400)
    expect(refusalSchema.parse(json).error).toBe('Last-Event-ID: found "1; x"')
  })

  it('who does not read holds up nobody and no memory, and finds a gap', async () => {
    const serving = await serve()
    await send(serving)
    const [first] = serving.chain.events.after(0)
    if (first?.event.event !== 'received') throw new Error('no event')
    const large = { ...first.event, stamp: 'x'.repeat(1_000) }
    const slow = await listen(serving)
    slow.pause()
    // far more than sockets hold, in pieces between which the server may write
    for (let n = 0; n < 40; n++) {
      for (let each = 0; each < 1_000; each++) serving.chain.events.append(large)
      await new Promise(resolve => setImmediate(resolve))
    }
    slow.resume()
    let seen = await slow.next()
    while (seen.event !== 'gap') seen = await slow.next()
    const { first: kept, after } = numberedSchema.parse(seen.data)
    expect(kept).toBe(30_005)
    expect(after).toBeLessThan(30_004)
    expect((await slow.next()).id).toBe('30005')
  })

  it('end when the server stops, at once, and a wait too', async () => {
    const serving = await serve()
    const listening = await listen(serving)
    const waiting = serving.ask('GET', '/wait?event=bounced&timeout=10m')
    // the question has come when another one after it is answered
    await serving.ask('GET', '/status')
    const ended = listening.ended()
    const began = performance.now()
    await serving.control.close()
    expect(await ended).toBe('end')
    expect(await waiting).toMatchObject({ status: 503, json: { error: 'the chain stops' } })
    // what is being answered gets a second; these need none
    expect(performance.now() - began).toBeLessThan(900)
  })
})

describe('a wait', () => {
  it('is answered at once where it has happened, and when it happens', async () => {
    const serving = await serve()
    await send(serving)
    expect(await serving.ask('GET', '/wait?event=delivered&to=B@*&timeout=1ms')).toMatchObject({ status: 408 })
    expect(await serving.ask('GET', '/wait?event=delivered&to=b@*&from=a@example.test')).toMatchObject({
      status: 200,
      json: { event: 'delivered', mta: 'second', recipient: 'b@example.test' },
    })
    const later = serving.ask('GET', '/wait?event=delivered&count=2&timeout=1m')
    await send(serving, 'c@example.test')
    expect(await later).toMatchObject({ status: 200, json: { recipient: 'c@example.test' } })
  })

  it('is for any copy of a message', async () => {
    const serving = await serve()
    await send(serving, 'other@example.test')
    const sent = await serving.chain.send({ envelope: { from: null, to: 'b@example.test' }, content: 'x\r\n' })
    const path = `/wait?event=delivered&message=${sent.ids[0]}&message=0000000000`
    expect(await serving.ask('GET', path)).toMatchObject({ status: 200, json: { recipient: 'b@example.test' } })
  })

  it('that is in vain tells what did happen', async () => {
    const serving = await serve()
    await send(serving)
    const { status, json, headers } = await serving.ask('GET', '/wait?event=bounced&mta=first&timeout=1ms')
    expect(status).toBe(408)
    expect(headers).toMatchObject({ connection: 'close' })
    const { error, expected } = refusalSchema.parse(json)
    expect(error).toMatch(/^waited 0\.001 s: no event bounced \{ mta: "first" \}\nWhat happened:\n.* first received /)
    expect(expected).toBe('an event bounced that fits, within 1ms')
  })

  it.each([
    ['', 'query.event: found nothing'],
    ['?event=arrived', 'query.event: found "arrived"'],
    ['?event=delivered&timeout=11m', 'query.timeout: found "11m"'],
    ['?event=delivered&timeout=5', 'query.timeout: found "5"'],
    ['?event=delivered&count=0', 'query.count: found "0"'],
    ['?event=delivered&mta=third', 'mta: the chain has no "third"'],
    ['?event=delivered&signal=x', 'query: unknown: signal'],
  ])('%j is refused', async (query, error) => {
    const { ask } = await serve()
    const { status, json } = await ask('GET', `/wait${query}`)
    expect(status).toBe(400)
    expect(refusalSchema.parse(json).error).toContain(error)
  })

  it('ends when nobody waits for its answer any more', async () => {
    const serving = await serve()
    const socket = await serving.say(
      `GET /wait?event=bounced&timeout=10m HTTP/1.1\r\nHost: localhost:${serving.port}\r\n\r\n`,
    )
    await serving.ask('GET', '/status')
    socket.destroy()
    await once(socket, 'close')
    // places for long questions are given back: all of them can be had
    const others = await Promise.all(
      Array.from({ length: 32 }, () =>
        serving.say(`GET /wait?event=bounced&timeout=1ms HTTP/1.1\r\nHost: localhost:${serving.port}\r\n\r\n`),
      ),
    )
    for (const text of await Promise.all(others.map(heard))) expect(text).toMatch(/^HTTP\/1\.1 408 /)
  })
})
