/**
 * Content on its way into the MTA: it is taken over whole and answered 250, or nothing of it stays, whatever fails.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Reply, reply } from '../../src/mail/reply.js'
import type { Receiving } from '../../src/receive/transaction.js'
import type { RawClient } from '../support/raw-client.js'
import { gate, serverSockets, until } from './gate.js'
import { reach, sendMessage, start, toData } from './recording-listener.js'

const queued = reply(250, '2.0.0', 'Ok: queued')
const notKept = '452 4.3.1 The message could not be stored, try again later'

interface Calls {
  writes: number
  takes: number
  discards: number
}

/** A place whose calls are counted, with some of them failing. */
function counting(calls: Calls, failing: Partial<Receiving>): Receiving {
  return {
    write: chunk => {
      calls.writes++
      return failing.write?.(chunk) ?? null
    },
    take: facts => {
      calls.takes++
      return failing.take?.(facts) ?? Promise.resolve(queued)
    },
    discard: () => void calls.discards++,
  }
}

function fails(): never {
  throw new Error('EIO')
}

const rejects = (): Promise<never> => Promise.reject(new Error('ENOSPC'))

describe('a message that can not be kept gets 452, never 250, and the session goes on', () => {
  it.each<[what: string, failing: Partial<Receiving>, calls: Calls]>([
    ['write throws', { write: fails }, { writes: 1, takes: 0, discards: 1 }],
    ['write rejects', { write: rejects }, { writes: 1, takes: 0, discards: 1 }],
    ['take throws', { take: fails }, { writes: 1, takes: 1, discards: 0 }],
    ['take rejects', { take: rejects }, { writes: 1, takes: 1, discards: 0 }],
  ])('%s', async (_what, failing, expected) => {
    const calls = { writes: 0, takes: 0, discards: 0 }
    const healthy = { writes: 0, takes: 0, discards: 0 }
    const places = [counting(calls, failing), counting(healthy, {})]
    const { greeted, record } = await start({ open: () => places.shift() ?? fails() })
    const client = await greeted()
    expect(await sendMessage(client, 'S: 1\r\n')).toBe(notKept)
    expect(calls).toEqual(expected)
    expect(await sendMessage(client, 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
    expect(healthy).toEqual({ writes: 1, takes: 1, discards: 0 })
    expect(record.refused).toMatchObject([{ stage: 'message', recipients: ['b@example.test'], reply: { code: 452 } }])
  })

  it('a later write fails: nothing more is written', async () => {
    const calls = { writes: 0, takes: 0, discards: 0 }
    const { greeted } = await start({
      open: () => counting(calls, { write: () => (calls.writes === 3 ? rejects() : null) }),
    })
    expect(await sendMessage(await greeted(), `${'x'.repeat(1_000_000)}\r\n`)).toBe(notKept)
    expect(calls).toEqual({ writes: 3, takes: 0, discards: 1 })
  })

  it('there is no place at all: DATA is refused, and what follows are commands', async () => {
    const { greeted, record } = await start({ open: fails })
    const client = await greeted()
    await client.write('MAIL FROM:<>\r\nRCPT TO:<b@x.test>\r\nDATA\r\nRSET\r\nNOOP\r\n')
    const said = []
    while (said.length < 5) said.push((await client.reply()).lines[0])
    expect(said.slice(2)).toEqual([notKept, '250 2.0.0 Ok', '250 2.0.0 Ok'])
    expect(record.refused).toMatchObject([{ stage: 'data', recipients: ['b@x.test'], reply: { code: 452 } }])
  })

  it('says what the MTA says instead of 250', async () => {
    const later = reply(451, '4.2.0', 'Not now')
    const { greeted } = await start({ open: () => ({ write: () => null, take: async () => later, discard: fails }) })
    expect(await sendMessage(await greeted(), 'S: 1\r\n')).toBe('451 4.2.0 Not now')
  })
})

describe('a slow write', () => {
  it('pauses the client: of 50 MB only a little is in memory, and all arrive in the end', async () => {
    const sockets = serverSockets()
    const warned = vi.fn<(warning: Error) => void>()
    process.on('warning', warned)
    onTestFinished(() => void process.off('warning', warned))
    const flushed = gate()
    let written = 0
    const place: Receiving = {
      write: chunk => {
        written += chunk.length
        // each is a wait, also later
        return flushed.promise.then(() => turn())
      },
      take: () => Promise.resolve(queued),
      discard: fails,
    }
    const { greeted } = await start({ open: () => place })
    const client = await greeted()
    await toData(client)
    const line = `${'x'.repeat(998)}\r\n`
    const sent = pump(client, Buffer.from(line.repeat(1000)), 50)
    const socket = sockets[0]
    await until('the socket is paused', () => socket?.isPaused() === true)
    expect(written).toBeLessThan(100_000)
    expect(socket?.bytesRead).toBeLessThan(1_000_000)
    flushed.open()
    await sent
    expect((await client.command('.')).code).toBe(250)
    expect(written).toBe(50_000_000)
    // of listeners that pile up
    expect(warned).not.toHaveBeenCalled()
  })

  it('holds the reply back until it is done', async () => {
    const flushed = gate()
    const done: string[] = []
    const place: Receiving = {
      write: () => flushed.promise.then(() => void done.push('written')),
      take: async () => {
        done.push('taken')
        return queued
      },
      discard: fails,
    }
    const { greeted } = await start({ open: () => place })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\nNOOP\r\n')
    const said = client.reply()
    flushed.open()
    expect((await said).lines).toEqual(['250 2.0.0 Ok: queued'])
    expect((await client.reply()).lines).toEqual(['250 2.0.0 Ok'])
    expect(done).toEqual(['written', 'taken'])
  })
})

async function pump(client: RawClient, piece: Buffer, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await client.write(piece)
}

describe('a client that goes away', () => {
  it.each(['reset', 'end'] as const)('in the content: nothing of it stays, the listener goes on (%s)', async how => {
    const { greeted, record } = await start()
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n\r\nhalf')
    await client[how]()
    await record.settled()
    await client.closed
    expect(await sendMessage(await greeted(), 'S: 2\r\n')).toBe('250 2.0.0 Ok: queued')
    expect(record).toMatchObject({ discarded: 1, contents: ['S: 2\r\n'] })
  })

  it.each(['reset', 'end'] as const)('while a write is under way: nothing of it stays (%s)', async how => {
    const flushed = gate()
    const calls = { writes: 0, takes: 0, discards: 0 }
    const { greeted } = await start({ open: () => counting(calls, { write: () => flushed.promise }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n')
    await until('it is written', () => calls.writes === 1)
    await client[how]()
    // a socket that is paused by backpressure does not see the end before it goes on
    await until('it is discarded', () => calls.discards === 1)
    flushed.fail(new Error('too late'))
    await client.closed
    expect(calls).toEqual({ writes: 1, takes: 0, discards: 1 })
  })

  it('after the final dot by RST: the message is taken over, once', async () => {
    const kept = gate<Reply>()
    const calls = { writes: 0, takes: 0, discards: 0 }
    const { greeted, listener } = await start({ open: () => counting(calls, { take: () => kept.promise }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\n')
    await until('it is taken', () => calls.takes === 1)
    await client.reset()
    kept.open(queued)
    await listener.close()
    expect(calls).toEqual({ writes: 1, takes: 1, discards: 0 })
  })

  it('after the final dot by FIN: the message is taken over, and the client is told', async () => {
    const kept = gate<Reply>()
    const calls = { writes: 0, takes: 0, discards: 0 }
    const sockets = serverSockets()
    const { greeted } = await start({ open: () => counting(calls, { take: () => kept.promise }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\nNOOP\r\n')
    await client.end()
    await until('it is taken, and the end is seen', () => calls.takes === 1 && sockets[0]?.readableEnded === true)
    kept.open(queued)
    expect((await client.reply()).lines).toEqual(['250 2.0.0 Ok: queued'])
    expect((await client.reply()).lines).toEqual(['250 2.0.0 Ok'])
    expect(await client.closed).toEqual({ error: null })
    expect(calls).toEqual({ writes: 1, takes: 1, discards: 0 })
  })

  it('after the final dot, while a write is under way: the message is taken over, once', async () => {
    const flushed = gate()
    const calls = { writes: 0, takes: 0, discards: 0 }
    const { greeted, listener } = await start({ open: () => counting(calls, { write: () => flushed.promise }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\n')
    await until('it is written', () => calls.writes === 1)
    await client.reset()
    flushed.open()
    await listener.close()
    expect(calls).toEqual({ writes: 1, takes: 1, discards: 0 })
  })

  it('before its session begins: nobody minds', async () => {
    const { greeted, port, listener, record } = await start()
    await Promise.all(Array.from({ length: 50 }, async () => (await reach(port)).reset()))
    // accepted in order: those before it are, too
    await greeted()
    let first = true
    const sockets = serverSockets(socket => {
      // accepted, and not yet a session
      if (first) socket.destroy(new Error('read ECONNRESET'))
      first = false
    })
    await (await reach(port)).closed
    expect(await sendMessage(await greeted(), 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
    expect(sockets).toHaveLength(2)
    expect(record.taken).toHaveLength(1)
    await listener.close()
  })

  it('with an error of any kind: it concerns that client alone', async () => {
    const sockets = serverSockets()
    const { greeted, record } = await start()
    const client = await greeted()
    await toData(client)
    sockets[0]?.destroy(new Error('something odd'))
    await client.closed
    await record.settled()
    expect(await sendMessage(await greeted(), 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
    expect(record).toMatchObject({ discarded: 1, contents: ['S: 1\r\n'] })
  })
})

it('content that a 421 has cut off is not taken, though its final dot is here already', async () => {
  const flushed = gate()
  const calls = { writes: 0, takes: 0, discards: 0 }
  const open = (): Receiving => counting(calls, { write: () => flushed.promise })
  const { greeted } = await start({ open, limits: { sessionTime: 200 } })
  const client = await greeted()
  await toData(client)
  await client.write(`${'x'.repeat(200_000)}\r\n.\r\n`)
  expect((await client.reply()).lines).toEqual(['421 4.4.2 The session takes too long, closing connection'])
  flushed.open()
  await client.closed
  expect(calls).toEqual({ writes: 1, takes: 0, discards: 1 })
})
