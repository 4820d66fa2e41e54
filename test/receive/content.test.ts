/**
 * Content on its way into the MTA: it is taken over whole and answered 250, or nothing of it stays, whatever fails.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { reply } from '../../src/mail/reply.js'
import type { Receiving } from '../../src/receive/transaction.js'
import type { RawClient } from '../support/raw-client.js'
import { gate, serverSockets, until } from './gate.js'
import { type Calls, counting, fails, noCalls, queued, rejects } from './place.js'
import { start } from './recording-listener.js'
import { replies, sendMessage, toData } from './talk.js'

const notKept = '452 4.3.1 The message could not be stored, try again later'

describe('a message that can not be kept gets 452, never 250, and the session goes on', () => {
  it.each<[what: string, failing: Partial<Receiving>, calls: Calls]>([
    ['write throws', { write: fails }, { writes: 1, takes: 0, discards: 1 }],
    ['write rejects', { write: rejects }, { writes: 1, takes: 0, discards: 1 }],
    ['take throws', { take: fails }, { writes: 1, takes: 1, discards: 0 }],
    ['take rejects', { take: rejects }, { writes: 1, takes: 1, discards: 0 }],
  ])('%s', async (_what, failing, expected) => {
    const calls = noCalls()
    const healthy = noCalls()
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
    const calls = noCalls()
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
    expect((await replies(client, 5)).slice(2)).toEqual([notKept, '250 2.0.0 Ok', '250 2.0.0 Ok'])
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
