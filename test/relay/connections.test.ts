import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ehloReply, type Script, type Step } from '../support/script.js'
import type { ScriptedPeer } from '../support/scripted-peer.js'
import { delivered, fast, peerWith, relayTo, send } from './harness.js'

function verbs(peer: ScriptedPeer): string[][] {
  return peer.sessions.map(({ commands }) => commands.map(command => command.slice(0, 4)))
}

function messages(peer: ScriptedPeer): number {
  return peer.sessions.flatMap(session => session.messages).length
}

const transaction = ['MAIL', 'RCPT', 'DATA']

describe('a connection is kept for the next message', () => {
  test('which goes over the same socket', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    for (let n = 0; n < 3; n++) expect(await send(relay)).toEqual(delivered)
    expect(verbs(peer)).toEqual([['EHLO', ...transaction, ...transaction, ...transaction]])
  })

  test('after RSET where something was refused, as often as it is', async () => {
    const refused: Script = { rcpt: ['550 5.1.1 No'] }
    const peer = await peerWith({ attempts: Array.from({ length: 20 }, () => refused) })
    const relay = relayTo(peer)
    const warnings: Error[] = []
    const note = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', note)
    for (let n = 0; n < 20; n++) expect(await send(relay)).toMatchObject({ kind: 'failed' })
    expect(await send(relay)).toEqual(delivered)
    process.off('warning', note)
    expect(warnings).toEqual([])
    const cycle = [...transaction, 'RSET']
    expect(verbs(peer)).toEqual([['EHLO', ...Array.from({ length: 20 }, () => cycle).flat(), ...transaction]])
  })

  test.each<[string, Step]>([
    ['RSET refused', '500 5.5.1 What?'],
    ['RSET not answered, but for an end', 'drop'],
    ['RSET answered with a reset', 'reset'],
    ['RSET answered with 421', '421 4.3.2 Going down'],
  ])('but not with %s', async (_name, rset) => {
    const peer = await peerWith({ attempts: [{ message: '550 5.7.1 No', rset }] })
    const relay = relayTo(peer)
    expect(await send(relay)).toMatchObject({ kind: 'failed' })
    expect(await send(relay)).toEqual(delivered)
    expect(verbs(peer)).toEqual([
      ['EHLO', ...transaction, 'RSET'],
      ['EHLO', ...transaction],
    ])
  })

  test('but not after 503: the two sides have lost step', async () => {
    const peer = await peerWith({ attempts: [{ data: '503 5.5.1 Bad sequence' }] })
    const relay = relayTo(peer)
    expect(await send(relay)).toMatchObject({ kind: 'deferred' })
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions).toHaveLength(2)
  })

  test('no more are open than messages are under way', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer, { longestUse: 20 })
    const worker = async (): Promise<void> => {
      for (let n = 0; n < 20; n++) {
        expect(await send(relay)).toEqual(delivered)
        await wait(n % 4)
      }
    }
    await Promise.all([worker(), worker(), worker()])
    expect(messages(peer)).toBe(60)
    expect(peer.sessions.length).toBeGreaterThan(3)
    expect(peer.mostAtOnce).toBeLessThanOrEqual(3)
  })

  test.each([
    ['a message', {}, [...transaction]],
    ['nothing, for what it needed was not offered', { smtpUtf8: true }, []],
  ])('until it is not used for a while: then comes QUIT, after %s', async (_name, parts, sent) => {
    const peer = await peerWith({ otherwise: { ehlo: ehloReply('PIPELINING') } })
    // the time for replies is not the time to be idle
    const relay = relayTo(peer, { replyTime: 150, idleTime: 300 })
    await send(relay, parts)
    await expect.poll(() => verbs(peer), fast).toEqual([['EHLO', ...sent, 'QUIT']])
    await expect.poll(() => peer.open, fast).toBe(0)
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions).toHaveLength(2)
  })

  test('until it was used for so long', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer, { longestUse: 0, idleTime: 60_000 })
    for (let n = 0; n < 2; n++) expect(await send(relay)).toEqual(delivered)
    const session = ['EHLO', ...transaction, 'QUIT']
    expect(verbs(peer)[0]).toEqual(session)
    await expect.poll(() => verbs(peer), fast).toEqual([session, session])
  })

  test('nor is one taken that has grown old while it was idle', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer, { longestUse: 50 })
    await send(relay)
    await wait(60)
    await send(relay)
    expect(verbs(peer)[0]).toEqual(['EHLO', ...transaction, 'QUIT'])
    expect(peer.sessions).toHaveLength(2)
  })
})

describe('a kept connection that the other side gave up is replaced at once', () => {
  test.each(['drop', 'reset'] as const)('%s while it was idle', async how => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    await send(relay)
    peer.hangUp(how)
    await expect.poll(() => peer.open, fast).toBe(0)
    expect(await send(relay)).toEqual(delivered)
    expect([peer.sessions.length, messages(peer)]).toEqual([2, 2])
  })

  test.each(['drop', 'reset'] as const)('%s right after the 250, unnoticed', async how => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    await send(relay)
    peer.hangUp(how)
    expect(await send(relay)).toEqual(delivered)
    expect([peer.sessions.length, messages(peer)]).toEqual([2, 2])
  })

  test.each<Step>(['drop', 'reset', '421 4.4.2 Idle for too long'])('%s instead of an answer to MAIL', async mail => {
    const peer = await peerWith({ attempts: [{}, { mail }] })
    const relay = relayTo(peer)
    await send(relay)
    expect(await send(relay)).toEqual(delivered)
    expect([peer.sessions.length, messages(peer)]).toEqual([2, 2])
  })

  test.each(['421 4.4.2 Idle for too long', '250 2.0.0 Once more'])('%s, unasked', async said => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    await send(relay)
    peer.say(said)
    await expect.poll(() => peer.open, fast).toBe(0)
    expect(await send(relay)).toEqual(delivered)
    expect([peer.sessions.length, messages(peer)]).toEqual([2, 2])
  })

  test('421 in one piece with the 250', async () => {
    const peer = await peerWith({ attempts: [{ message: '250 2.0.0 Taken over\r\n421 4.3.2 Going down' }] })
    const relay = relayTo(peer)
    expect(await send(relay)).toMatchObject({ kind: 'delivered' })
    expect(await send(relay)).toEqual(delivered)
    expect([peer.sessions.length, messages(peer)]).toEqual([2, 2])
  })

  test('once: where the new one fails too, it defers', async () => {
    const peer = await peerWith({ attempts: [{}, { mail: 'drop' }, { mail: 'drop' }] })
    const relay = relayTo(peer)
    await send(relay)
    expect(await send(relay)).toMatchObject({ kind: 'deferred', problem: { stage: 'mail', reply: null } })
    expect(peer.sessions).toHaveLength(2)
  })
})

describe('it is not replaced', () => {
  test.each<[string, Script]>([
    ['after the final dot: the message may be there', { message: 'drop' }],
    ['after the final dot, by a reset', { message: 'reset' }],
    ['within the content', { content: { after: 3, fault: 'drop' } }],
    ['once something was answered', { rcpt: ['drop'] }],
    ['where it is silent', { mail: 'hang' }],
    ['where it says what is no reply', { mail: '99 bottles' }],
  ])('%s', async (_name, script) => {
    const peer = await peerWith({ attempts: [{}, script] })
    const relay = relayTo(peer, { replyTime: script.mail === 'hang' ? 250 : 3_000 })
    await send(relay)
    expect(await send(relay)).toMatchObject({ kind: 'deferred' })
    expect(peer.sessions).toHaveLength(1)
    expect(messages(peer)).toBe(script.message ? 2 : 1)
  })

  test('where it was new', async () => {
    const peer = await peerWith({ attempts: [{ mail: 'drop' }] })
    expect(await send(relayTo(peer))).toMatchObject({ kind: 'deferred' })
    expect(peer.sessions).toHaveLength(1)
  })
})
