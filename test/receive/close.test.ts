/**
 * How a listener ends: idle sessions at once, content on its way first, nobody for ever, and nothing left behind.
 */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Reply, reply } from '../../src/mail/reply.js'
import { Listener } from '../../src/receive/listener.js'
import type { Receiving } from '../../src/receive/transaction.js'
import { Activity } from '../../src/time/activity.js'
import { bounded } from '../support/bounded.js'
import { gate, serverSockets, until } from './gate.js'
import { address, limits, reach, start } from './recording-listener.js'
import { dialogue, next, sendMessage, toData } from './talk.js'

const queued = reply(250, '2.0.0', 'Ok: queued')
const down = '421 4.3.2 Shutting down, try again later'

/** Long enough that no close of these tests may wait for it. */
const drainTime = 60_000

/** Rejects where the close does not come about soon; less than smtp-server's five seconds for a half-closed socket. */
function closed(listener: Listener): Promise<void> {
  return bounded(
    2000,
    () => listener.close(),
    () => 'not closed after two seconds',
  )
}

/** A client that never closes its side, and reads only where it is told to. */
async function stubborn(port: number): Promise<Socket> {
  const socket = createConnection({ host: address, port, allowHalfOpen: true })
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

describe('close', () => {
  it('tells idle sessions at once, wherever they are', async () => {
    const sockets = serverSockets()
    const { client, greeted, listener, record } = await start({ limits: { drainTime } })
    const clients = [await client(), await greeted(), await greeted(), await greeted()]
    await dialogue(clients[2] ?? (await client()), ['MAIL FROM:<>', 'RCPT TO:<b@x.test>'])
    await sendMessage(clients[3] ?? (await client()), 'S: 1\r\n')
    await closed(listener)
    for (const connected of clients) {
      expect(await next(connected)).toBe(down)
      await connected.closed
    }
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true])
    // nobody was refused anything
    expect(record.refused).toEqual([])
  })

  it('takes no new session', async () => {
    const { listener, port } = await start()
    await closed(listener)
    await expect(reach(port)).rejects.toThrow('ECONNREFUSED')
  })

  it('leaves no timer, nor does a session that has ended', async () => {
    const [set, cleared] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')]
    onTestFinished(() => [set, cleared].forEach(spy => spy.mockRestore()))
    const [sessionTime, longDrain] = [123_456, 234_567]
    const times: readonly unknown[] = [sessionTime, longDrain]
    const timers = (): unknown[] => set.mock.results.filter((_, call) => times.includes(set.mock.calls[call]?.[1]))
    const running = (): unknown[] => {
      const ended = new Set<unknown>(cleared.mock.calls.map(([timer]) => timer))
      return timers().filter(
        made => typeof made === 'object' && made !== null && 'value' in made && !ended.has(made.value),
      )
    }
    const { client, greeted, listener } = await start({ limits: { sessionTime, drainTime: longDrain } })
    await (await client()).command('QUIT')
    await (await greeted()).reset()
    await until('the deadlines of both are gone', () => timers().length === 2 && running().length === 0)
    await client()
    await closed(listener)
    // a third deadline, and the close itself
    expect(timers()).toHaveLength(4)
    expect(running()).toEqual([])
  })

  it('is the same close when it is called again, and nothing where nothing listens', async () => {
    const { client, listener } = await start()
    await client()
    const first = listener.close()
    expect(listener.close()).toBe(first)
    await first
    const never = new Listener({
      hostname: 'x.test',
      address,
      port: 0,
      limits,
      activity: new Activity(),
      accepts: () => true,
      faults: { has: () => false, fire: () => null },
      refused: () => undefined,
      open: () => ({ write: () => null, take: async () => queued, discard: () => undefined }),
    })
    await closed(never)
  })

  it('lets content on its way arrive, answers it, and then says goodbye', async () => {
    const sockets = serverSockets()
    const { greeted, listener, record } = await start({ limits: { drainTime } })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n')
    const closing = closed(listener)
    await client.write('\r\n1\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n2\r\n.\r\n')
    expect(await next(client)).toBe('250 2.0.0 Ok: queued')
    expect(await next(client)).toBe(down)
    await closing
    expect(record.contents).toEqual(['S: 1\r\n\r\n1\r\n'])
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
  })

  it('does not wait for a client that never closes its side after that', async () => {
    const { listener, port, record } = await start({ limits: { drainTime } })
    const socket = await stubborn(port)
    socket.write('EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@x.test>\r\nDATA\r\nS: 1\r\n')
    await until('the content is on its way', () => record.opened.length === 1)
    const closing = closed(listener)
    socket.write('.\r\n')
    await closing
    expect(record.contents).toEqual(['S: 1\r\n'])
  })

  it('says goodbye after content that is refused, too', async () => {
    const { greeted, listener } = await start({ limits: { drainTime } })
    const client = await greeted()
    await toData(client)
    const closing = closed(listener)
    await client.write('\n\r\n.\r\n')
    expect(await next(client)).toMatch(/^550 5\.5\.2 /)
    expect(await next(client)).toBe(down)
    await closing
  })

  it('cuts content that does not end after the drain time, and nothing of it stays', async () => {
    const { greeted, listener, record } = await start({ limits: { drainTime: 30 } })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n')
    await closed(listener)
    expect(await next(client)).toBe(down)
    expect(record).toMatchObject({ taken: [], discarded: 1 })
    expect(record.refused).toMatchObject([{ stage: 'message', reply: { code: 421 } }])
  })

  it('does not cut between a final dot and its reply, not after the drain time either', async () => {
    const kept = gate<Reply>()
    const { greeted, listener } = await start({ limits: { drainTime: 20 }, open: () => taking(kept.promise) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\n')
    const closing = closed(listener)
    await pass(60)
    kept.open(queued)
    expect(await next(client)).toBe('250 2.0.0 Ok: queued')
    expect(await next(client)).toBe(down)
    await closing
  })

  it('waits for a message that is being taken over, also where its client is gone', async () => {
    const kept = gate<Reply>()
    let takes = 0
    const take = (): Promise<Reply> => {
      takes++
      return kept.promise
    }
    const { greeted, listener } = await start({ open: () => ({ ...taking(kept.promise), take }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\n')
    await until('it is taken', () => takes === 1)
    await client.reset()
    const order: string[] = []
    const closing = closed(listener).then(() => order.push('closed'))
    await pass(60)
    order.push('kept')
    kept.open(queued)
    await closing
    expect(order).toEqual(['kept', 'closed'])
  })

  it.each([
    ['is idle', ''],
    ['has said QUIT', 'QUIT\r\n'],
    ['was thrown out', 'GET / HTTP/1.1\r\n'],
  ])('does not wait for a client that %s and never closes its side', async (_what, said) => {
    const sockets = serverSockets()
    const { listener, port } = await start({ limits: { drainTime } })
    const socket = await stubborn(port)
    await once(socket, 'readable')
    socket.write(said)
    if (said !== '') await until('the server has ended its side', () => sockets[0]?.writableEnded === true)
    await closed(listener)
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
  })

  it('does not wait longer than the drain time for a client that reads no reply', async () => {
    const sockets = serverSockets()
    const { listener, port } = await start({ limits: { drainTime: 30 } })
    const socket = await stubborn(port)
    const flood = Buffer.from('EHLO x\r\n'.repeat(8000))
    const blocked = (): boolean => sockets[0]?.writableNeedDrain === true
    const more = (error?: Error | null): void => {
      if (!error && !blocked()) socket.write(flood, more)
    }
    more()
    await until('the replies fill all buffers', blocked)
    // a server that does not wait for its replies to be read would keep them all
    expect(sockets[0]?.writableLength).toBeLessThan(1_000_000)
    await closed(listener)
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
  })

  it('turns away who connects at the last moment', async () => {
    const { listener, port } = await start({ limits: { drainTime } })
    let closing = Promise.resolve()
    // accepted, and not yet a session
    const sockets = serverSockets(() => {
      closing = closed(listener)
    })
    const socket = await stubborn(port)
    const [said] = await once(socket.setEncoding('latin1'), 'data')
    expect(said).toBe(`${down}\r\n`)
    await closing
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
  })
})

function taking(kept: Promise<Reply>): Receiving {
  return { write: () => null, take: () => kept, discard: () => undefined }
}
