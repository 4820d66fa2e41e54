import { describe, expect, test } from 'vitest'
import type { Script } from '../support/script.js'
import { delivered, message, peerWith, relayTo, send } from './harness.js'

/** What keeps the process alive, but for what the test runner itself has. */
function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter(name => name === 'Timeout' || name === 'TCPSocketWrap')
    .toSorted()
}

describe('close', () => {
  test.each<[string, Script, string]>([
    ['the greeting', { greeting: 'hang' }, 'connect'],
    ['EHLO', { ehlo: 'hang' }, 'helo'],
    ['MAIL', { mail: 'hang' }, 'mail'],
    ['RCPT', { rcpt: ['hang'] }, 'rcpt'],
    ['DATA', { data: 'hang' }, 'data'],
    ['the final dot', { message: 'hang' }, 'message'],
    ['RSET', { message: '550 5.7.1 No', rset: 'hang' }, 'message'],
  ])('ends what waits for %s, and leaves nothing', async (_name, script, stage) => {
    const before = resources()
    const peer = await peerWith({ otherwise: script })
    const relay = relayTo(peer, { connectTime: 60_000, replyTime: 60_000 })
    const sending = Promise.all([send(relay), send(relay), send(relay)])
    // all three have come as far as they can
    await expect.poll(() => peer.sessions.map(({ commands }) => commands.length), { interval: 5 }).toSatisfy(reached)
    await relay.close()
    const outcomes = await sending
    if (script.rset) expect(outcomes).toMatchObject(outcomes.map(() => ({ kind: 'failed', problem: { stage } })))
    else {
      const problem = { stage, reply: null, cause: 'shutting down' }
      expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'deferred', problem })))
    }
    await expect.poll(() => peer.open, { interval: 1 }).toBe(0)
    await peer.close()
    await expect.poll(resources, { interval: 1 }).toEqual(before)

    function reached(counts: number[]): boolean {
      if (counts.length < 3) return false
      if (stage === 'connect') return true
      const last = script.rset
        ? 'RSET'
        : { helo: 'EHLO', mail: 'DATA', rcpt: 'DATA', data: 'DATA', message: 'DATA' }[stage]
      return peer.sessions.every(({ commands }) => commands.some(command => command.startsWith(last ?? '')))
    }
  })

  test('ends a large content half way; the message is not there', async () => {
    const peer = await peerWith({ attempts: [{ content: { after: 1, fault: 'hang' } }] })
    const relay = relayTo(peer, { replyTime: 60_000 })
    const pieces = Array.from({ length: 20 }, () => Buffer.alloc(1_000_000, 'x'))
    const sending = relay.send({ ...message(), size: 20_000_000, content: () => pieces })
    await expect.poll(() => peer.sessions[0]?.commands.at(-1), { interval: 5 }).toBe('DATA')
    await relay.close()
    expect([...(await sending).values()]).toEqual([
      { kind: 'deferred', problem: { stage: 'message', reply: null, cause: 'shutting down' } },
    ])
    expect(peer.sessions[0]?.messages).toEqual([])
  })

  test('says QUIT where nothing is under way', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    await Promise.all([send(relay), send(relay)])
    await relay.close()
    expect(peer.sessions.map(({ commands }) => commands.at(-1))).toEqual(['QUIT', 'QUIT'])
    await expect.poll(() => peer.open, { interval: 1 }).toBe(0)
  })

  test('waits a while for the answer to QUIT, and not for ever', async () => {
    const peer = await peerWith({ otherwise: { quit: 'hang' } })
    const relay = relayTo(peer)
    await send(relay)
    const start = performance.now()
    await relay.close()
    expect(performance.now() - start).toBeLessThan(2_500)
    await expect.poll(() => peer.open, { interval: 1 }).toBe(0)
  })

  test('again, and before anything was sent, is fine', async () => {
    const relay = relayTo(await peerWith())
    await Promise.all([relay.close(), relay.close()])
    await relay.close()
  })

  test('afterwards nothing is sent', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    await send(relay)
    await relay.close()
    expect(await send(relay)).toEqual({
      kind: 'deferred',
      problem: { stage: 'connect', reply: null, cause: 'shutting down' },
    })
    expect(peer.sessions).toHaveLength(1)
  })

  test('a kept connection that breaks during it is not replaced', async () => {
    const peer = await peerWith({ attempts: [{}, { mail: 'hang' }] })
    const relay = relayTo(peer)
    expect(await send(relay)).toEqual(delivered)
    const sending = send(relay)
    await expect.poll(() => peer.sessions[0]?.commands.filter(command => command.startsWith('MAIL')).length).toBe(2)
    await relay.close()
    expect(await sending).toMatchObject({ kind: 'deferred', problem: { stage: 'mail', cause: 'shutting down' } })
    expect(peer.sessions).toHaveLength(1)
  })
})
