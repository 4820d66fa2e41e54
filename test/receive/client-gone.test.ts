/**
 * Clients that go away, and clients that are sent away: of what they have sent without its final dot nothing stays, and
 * what has it is taken over once.
 */
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/mail/reply.js'
import type { Receiving } from '../../src/receive/transaction.js'
import { gate, serverSockets, until } from './gate.js'
import { counting, noCalls, queued } from './place.js'
import { reach, start } from './recording-listener.js'
import { next, replies, sendMessage, toData } from './talk.js'

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
    const calls = noCalls()
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
    const calls = noCalls()
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
    const calls = noCalls()
    const sockets = serverSockets()
    const { greeted } = await start({ open: () => counting(calls, { take: () => kept.promise }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\nNOOP\r\n')
    await client.end()
    await until('it is taken, and the end is seen', () => calls.takes === 1 && sockets[0]?.readableEnded === true)
    kept.open(queued)
    expect(await replies(client, 2)).toEqual(['250 2.0.0 Ok: queued', '250 2.0.0 Ok'])
    expect(await client.closed).toEqual({ error: null })
    expect(calls).toEqual({ writes: 1, takes: 1, discards: 0 })
  })

  it('after the final dot, while a write is under way: the message is taken over, once', async () => {
    const flushed = gate()
    const calls = noCalls()
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
  const calls = noCalls()
  const open = (): Receiving => counting(calls, { write: () => flushed.promise })
  const { greeted } = await start({ open, limits: { sessionTime: 200 } })
  const client = await greeted()
  await toData(client)
  await client.write(`${'x'.repeat(200_000)}\r\n.\r\n`)
  expect(await next(client)).toBe('421 4.4.2 The session takes too long, closing connection')
  flushed.open()
  await client.closed
  expect(calls).toEqual({ writes: 1, takes: 0, discards: 1 })
})
