import { fc, test } from '@fast-check/vitest'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { Relay } from '../../src/relay/relay.js'
import { type ScriptedPeer, startScriptedPeer } from '../support/scripted-peer.js'
import { delivered, message, optionsFor, peerWith, relayTo, send, there } from './harness.js'

/** Lines of any octets but CR and LF, many of them dots at the start. */
const line = fc
  .tuple(fc.constantFrom('', '.', '..', '. '), fc.uint8Array({ maxLength: 40 }))
  .map(([start, octets]) => Buffer.concat([Buffer.from(start), octets.filter(octet => octet !== 10 && octet !== 13)]))
const content = fc
  .array(line, { maxLength: 30 })
  .map(lines => Buffer.concat(lines.flatMap(octets => [octets, Buffer.from('\r\n')])))

/** Cut at any places, so that CR, LF and dot fall into different pieces. */
function cut(octets: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map(place => place % (octets.length + 1)).toSorted((a, b) => a - b), octets.length]
  return at.slice(1).map((end, index) => octets.subarray(at[index], end))
}

describe('the content arrives octet for octet', () => {
  let peer: ScriptedPeer
  let relay: Relay

  beforeAll(async () => {
    peer = await startScriptedPeer({ host: there })
    relay = new Relay(optionsFor(peer))
  })

  afterAll(async () => {
    await relay.close()
    await peer.close()
  })

  test.prop([content], { numRuns: 60 })('whatever its octets are', async octets => {
    expect(await send(relay, { content: octets, eightBit: true })).toEqual(delivered)
    expect((await peer.waitForMessage()).content).toEqual(octets)
  })

  test.prop([content, fc.array(fc.nat(), { maxLength: 100 })], { numRuns: 60 })(
    'in whatever pieces it is read',
    async (octets, places) => {
      // larger than what is gathered before it is sent
      const start = Buffer.from(`${'x'.repeat(64 * 1024)}\r\n`)
      const large = Buffer.concat([start, octets])
      const sent = { ...message({ content: large, eightBit: true }), content: () => [start, ...cut(octets, places)] }
      expect([...(await relay.send(sent)).values()]).toEqual([delivered])
      expect((await peer.waitForMessage()).content.equals(large)).toBe(true)
    },
  )

  test.each([
    ['nothing at all', ''],
    ['an empty line', '\r\n'],
    ['a dot', '.\r\n'],
    ['dots', '.\r\n..\r\n...\r\n.x\r\n'],
    ['a lone CR, a lone LF and a NUL', 'a\rb\n.c\0\n\r\n.\r\n'],
    ['a long line', `${'x'.repeat(100_000)}\r\n`],
  ])('%s', async (_name, octets) => {
    expect(await send(relay, { content: octets })).toEqual(delivered)
    expect((await peer.waitForMessage()).content.toString('latin1')).toBe(octets)
  })

  test.each([10, 16, 17, 32, 63, 64, 65, 100, 200])('%i KiB', async size => {
    const octets = Buffer.from(`${'.'.repeat(62)}\r\n`.repeat(size * 16))
    expect(await send(relay, { content: octets })).toEqual(delivered)
    expect((await peer.waitForMessage()).content.equals(octets)).toBe(true)
  })

  test('a last line without CRLF gets one', async () => {
    await send(relay, { content: 'Hi\r\nthere' })
    expect((await peer.waitForMessage()).content.toString()).toBe('Hi\r\nthere\r\n')
  })

  test('a large one is read no faster than it is sent', async () => {
    const stuck = await peerWith({ attempts: [{ content: { after: 1, fault: 'hang' } }] })
    const piece = Buffer.alloc(64 * 1024, 'x')
    let read = 0
    function* pieces(): Iterable<Uint8Array> {
      for (; read < 700; read++) yield piece
    }
    const size = piece.length * 700
    const outcomes = await relayTo(stuck, { replyTime: 200 }).send({ ...message(), size, content: pieces })
    expect([...outcomes.values()]).toMatchObject([
      { kind: 'deferred', problem: { stage: 'message', cause: 'ETIMEDOUT' } },
    ])
    // what lies in the system's buffers; loopback's are large
    expect(read).toBeLessThan(400)
  })
})

describe('a content that is not what was announced is never taken for the message', () => {
  function* breaking(pieces: number): Iterable<Uint8Array> {
    for (let n = 0; n < pieces; n++) yield Buffer.alloc(1_000, 'x')
    throw new Error('the spool is gone')
  }

  test.each([
    ['small', 5_000],
    ['large', 500_000],
  ])('%s, unreadable half way', async (_name, size) => {
    const peer = await peerWith()
    // longer than the test: it must not wait for an answer
    const relay = relayTo(peer, { replyTime: 60_000 })
    const outcomes = await relay.send({ ...message(), size, content: () => breaking(size / 2_000) })
    expect([...outcomes.values()]).toEqual([
      { kind: 'deferred', problem: { stage: 'message', reply: null, cause: 'the spool is gone' } },
    ])
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions.flatMap(({ messages }) => messages)).toHaveLength(1)
  })

  test.each([
    ['small, too short', 5_000, 4_999, 'the content has 4999 octets, there should be 5000'],
    ['small, too long', 5_000, 5_001, 'the content has more than 5000 octets'],
    ['large, too short', 500_000, 499_999, 'the content has 499999 octets, there should be 500000'],
    ['large, too long', 500_000, 500_001, 'the content has more than 500000 octets'],
    ['nothing', 5_000, 0, 'the content has 0 octets, there should be 5000'],
  ])('%s', async (_name, size, really, cause) => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    const outcomes = await relay.send({ ...message(), size, content: () => [Buffer.alloc(really, 'x')] })
    expect([...outcomes.values()]).toEqual([{ kind: 'deferred', problem: { stage: 'message', reply: null, cause } }])
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions.flatMap(({ messages }) => messages)).toHaveLength(1)
  })

  test('its source is closed where the transaction fails', async () => {
    const peer = await peerWith({ attempts: [{ content: { after: 1, fault: 'drop' } }, { rcpt: ['550 5.1.1 No'] }] })
    const relay = relayTo(peer)
    let closed = 0
    function* pieces(): Iterable<Uint8Array> {
      try {
        for (let n = 0; n < 700; n++) yield Buffer.alloc(64 * 1024, 'x')
      } finally {
        closed++
      }
    }
    const large = { ...message(), size: 700 * 64 * 1024, content: pieces }
    expect([...(await relay.send(large)).values()]).toMatchObject([{ kind: 'deferred', problem: { stage: 'message' } }])
    expect(closed).toBe(1)
    // refused before any of it was read
    expect([...(await relay.send(large)).values()]).toMatchObject([{ kind: 'failed', problem: { stage: 'rcpt' } }])
    expect(closed).toBe(1)
  })
})
