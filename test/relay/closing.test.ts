import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { ehloReply, type Script } from '../support/script.js'
import { delivered, message, peerWith, relayTo, send, there } from './harness.js'

/** What keeps the process alive; the test runner has none of these. */
function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter(name => name === 'Timeout' || name === 'TCPSocketWrap')
    .toSorted()
}

/** As expect.poll, which leaves a timer behind; what was waited for in vain fails the test. */
async function until(isSo: () => boolean, patience = 5_000): Promise<void> {
  const end = performance.now() + patience
  while (!isSo() && performance.now() < end) await turn()
  expect(isSo()).toBe(true)
}

function verbOf(commands: readonly string[]): string {
  return commands.at(-1)?.split(' ')[0] ?? ''
}

test('a connection that failed leaves nothing, even where the other side does not end it', async () => {
  const server = createServer({ allowHalfOpen: true }).listen(0, there)
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const sending = send(relayTo({ port }, { connectTime: 150 }))
  const [socket] = z.tuple([z.instanceof(Socket)]).parse(await accepted)
  onTestFinished(() => void socket.destroy())
  expect(await sending).toMatchObject({ kind: 'deferred', problem: { stage: 'connect', cause: 'ETIMEDOUT' } })
  // the other side's alone
  await until(() => resources().length === 1, 2_000)
})

describe('close', () => {
  test.each<[string, Script, string]>([
    ['', { greeting: 'hang' }, 'connect'],
    ['EHLO', { ehlo: 'hang' }, 'helo'],
    ['MAIL', { mail: 'hang' }, 'mail'],
    ['RCPT', { ehlo: ehloReply('SIZE'), rcpt: ['hang'] }, 'rcpt'],
    ['DATA', { ehlo: ehloReply('SIZE'), data: 'hang' }, 'data'],
    ['DATA', { message: 'hang' }, 'message'],
  ])('ends what waits after "%s" by %o, and leaves nothing', async (last, script, stage) => {
    const peer = await peerWith({ otherwise: script })
    const relay = relayTo(peer, { connectTime: 60_000, replyTime: 60_000 })
    const sending = Promise.all([send(relay), send(relay), send(relay)])
    await until(() => peer.sessions.filter(({ commands }) => verbOf(commands) === last).length === 3)
    if (stage === 'message') await Promise.all([peer.waitForMessage(), peer.waitForMessage(), peer.waitForMessage()])
    await relay.close()
    const problem = { stage, reply: null, cause: 'shutting down' }
    expect(await sending).toEqual(Array.from({ length: 3 }, () => ({ kind: 'deferred', problem })))
    await until(() => peer.open === 0)
    await peer.close()
    await until(() => resources().length === 0)
  })

  test('does not wait for RSET; what was refused is refused', async () => {
    const peer = await peerWith({ attempts: [{ message: '550 5.7.1 No', rset: 'hang' }] })
    const relay = relayTo(peer, { replyTime: 60_000 })
    const sending = send(relay)
    await until(() => peer.sessions[0]?.commands.at(-1) === 'RSET')
    await relay.close()
    expect(await sending).toMatchObject({ kind: 'failed', problem: { stage: 'message', reply: { code: 550 } } })
  })

  test('ends a large content half way; the message is not there', async () => {
    const peer = await peerWith({ attempts: [{ content: { after: 1, fault: 'hang' } }] })
    const relay = relayTo(peer, { replyTime: 60_000 })
    let read = 0
    function* pieces(): Iterable<Uint8Array> {
      for (; read < 20; read++) yield Buffer.alloc(1_000_000, 'x')
    }
    const sending = relay.send({ ...message(), size: 20_000_000, content: pieces })
    await until(() => read > 0)
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
    await until(() => peer.open === 0)
  })

  test('waits a while for the answer to QUIT, and not for ever', async () => {
    const peer = await peerWith({ otherwise: { quit: 'hang' } })
    const relay = relayTo(peer)
    await send(relay)
    const start = performance.now()
    await relay.close()
    expect(performance.now() - start).toBeLessThan(2_500)
    await until(() => peer.open === 0)
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
    await until(() => peer.sessions[0]?.commands.filter(command => command.startsWith('MAIL')).length === 2)
    await relay.close()
    expect(await sending).toMatchObject({ kind: 'deferred', problem: { stage: 'mail', cause: 'shutting down' } })
    expect(peer.sessions).toHaveLength(1)
  })
})
