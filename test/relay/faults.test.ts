import { describe, expect, test } from 'vitest'
import type { Stage } from '../../src/mail/envelope.js'
import { ehloReply, type Script, type Step } from '../support/script.js'
import { delivered, fast, here, mailbox, message, peerWith, relayTo, send } from './harness.js'

const stages = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'message'] as const
type ScriptStage = (typeof stages)[number]

const named: Readonly<Record<ScriptStage, Stage>> = {
  greeting: 'connect',
  ehlo: 'helo',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'data',
  message: 'message',
}

const closed = 'the other side closed the connection'
/** Longer than any reply may be. */
const flood = `250-${'x'.repeat(200_000)}` as const
/** Long enough for a busy machine, where nothing is silent. */
const patient = 3_000
const impatient = 400

describe.each([true, false])('with PIPELINING: %s', pipelining => {
  const scriptFor = (stage: ScriptStage, step: Step): Script => {
    const ehlo = pipelining ? {} : { ehlo: ehloReply('8BITMIME', 'SIZE') }
    return { ...ehlo, [stage]: stage === 'rcpt' ? [step] : step }
  }

  /** What comes of a message where that stage goes so. The next one always goes through, and is there once. */
  async function attempt(stage: ScriptStage, step: Step, time = patient): Promise<unknown> {
    const peer = await peerWith({ attempts: [scriptFor(stage, step)] })
    const outcome = await send(relayTo(peer, { replyTime: time, connectTime: time }))
    expect(await send(relayTo(peer), { content: 'Next\r\n' })).toEqual(delivered)
    const contents = peer.sessions.flatMap(({ messages }) => messages).map(({ content }) => content.toString())
    expect(contents.filter(content => content === 'Next\r\n')).toHaveLength(1)
    return outcome
  }

  const silent = { kind: 'deferred', problem: { reply: null, cause: 'ETIMEDOUT' } }
  test.each<[string, Step]>([
    ['no reply', 'hang'],
    ['a reply that never ends, slowly', { trickle: flood }],
  ])('%s defers, at any stage', async (_name, step) => {
    const outcomes = await Promise.all(stages.map(stage => attempt(stage, step, impatient)))
    expect(outcomes).toMatchObject(stages.map(stage => ({ ...silent, problem: { stage: named[stage] } })))
    expect(outcomes).toMatchObject(stages.map(() => silent))
  })

  describe.each(stages)('at %s', stage => {
    test.each<[string, Step, string]>([
      ['the end of the connection', 'drop', closed],
      ['a reset', 'reset', 'ECONNRESET'],
      ['a reply that never ends, fast', flood, 'Server response exceeds maximum allowed size'],
      ['what is no reply', '99 bottles', 'not a reply: "99 bottles"'],
      ['a reply of two codes', '250-Yes\r\n550 No', 'not a reply: "250-Yes\\n550 No"'],
      ['a reply with a line that has no code', '250-Yes\r\nand\r\n250 yes', 'not a reply: "250-Yes\\nand"'],
    ])('%s defers', async (_name, step, cause) => {
      // replies of the same pipeline that came in one piece with it may go down with it
      const where = pipelining && step === flood ? expect.any(String) : named[stage]
      // what came right before a reset is read first, and then the system tells of an end
      const why = pipelining && step === 'reset' ? expect.stringMatching(`ECONNRESET|${closed}`) : cause
      expect(await attempt(stage, step)).toEqual({
        kind: 'deferred',
        problem: { stage: where, reply: null, cause: why },
      })
    })

    test('a reply in pieces of one octet is a reply', async () => {
      const step = stage === 'data' ? '354 Go' : stage === 'greeting' ? '220 Hi' : '250 2.0.0 Taken over'
      expect(await attempt(stage, { trickle: step })).toEqual(delivered)
    })

    test('421 defers', async () => {
      const reply = { code: 421, enhanced: '4.3.2', text: 'Going down' }
      expect(await attempt(stage, '421 4.3.2 Going down')).toEqual({
        kind: 'deferred',
        problem: { stage: named[stage], reply, cause: 'Going down' },
      })
    })

    test.each<[Step, number]>([
      ['450 4.7.1 Greylisted', 450],
      ['550 5.7.1 Never', 550],
      ['503 5.5.1 Bad sequence', 503],
    ])('%s', async (step, code) => {
      const outcome = await attempt(stage, step)
      if (stage === 'ehlo') expect(outcome).toEqual(delivered)
      else {
        const kind = code === 550 && stage !== 'greeting' ? 'failed' : 'deferred'
        expect(outcome).toMatchObject({ kind, problem: { stage: named[stage], reply: { code } } })
      }
    })
  })

  test.each([
    ['drop', closed],
    ['reset', 'ECONNRESET'],
    ['hang', 'ETIMEDOUT'],
  ] as const)('%s within the content defers', async (fault, cause) => {
    const ehlo = pipelining ? {} : { ehlo: ehloReply('8BITMIME') }
    const peer = await peerWith({ attempts: [{ ...ehlo, content: { after: 10, fault } }] })
    const relay = relayTo(peer, fault === 'hang' ? { replyTime: impatient } : {})
    expect(await send(relay)).toEqual({ kind: 'deferred', problem: { stage: 'message', reply: null, cause } })
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions.flatMap(({ messages }) => messages)).toHaveLength(1)
  })

  test('a DATA that is answered with 250 gets no content', async () => {
    const peer = await peerWith({ attempts: [scriptFor('data', '250 2.0.0 Ok')] })
    expect(await send(relayTo(peer))).toEqual({
      kind: 'deferred',
      problem: { stage: 'data', reply: null, cause: '250 in answer to DATA' },
    })
    expect(peer.sessions[0]?.messages).toEqual([])
  })

  test.each([
    ['HELO refused for now', '450 4.3.0 No', { code: 450 }],
    ['HELO refused', '550 5.3.0 No', { code: 550 }],
  ] as const)('EHLO and %s defers', async (_name, helo, reply) => {
    const peer = await peerWith({ otherwise: { ehlo: '502 5.5.1 What?', helo } })
    expect(await send(relayTo(peer))).toMatchObject({ kind: 'deferred', problem: { stage: 'helo', reply } })
  })
})

describe('before the final dot', () => {
  let isClosed = false
  function* pieces(): Iterable<Uint8Array> {
    isClosed = false
    try {
      for (let n = 0; n < 20; n++) yield Buffer.alloc(1_000_000, 'x')
    } finally {
      isClosed = true
    }
  }

  test.each([
    ['552 5.3.4 Too large', 'failed', { code: 552 }],
    ['452 4.3.1 Disk full', 'deferred', { code: 452 }],
    ['421 4.3.2 Going down', 'deferred', { code: 421 }],
    ['250 2.0.0 Taken over', 'deferred', null],
    ['354 Go ahead', 'deferred', null],
  ])('%s is no delivery, and nothing else goes into the content', async (early, kind, reply) => {
    const peer = await peerWith({ attempts: [{ content: { after: 1, fault: 'hang' } }] })
    // longer than the test: it must not wait for an answer to what it can't say any more
    const relay = relayTo(peer, { replyTime: 60_000 })
    const sending = relay.send({ ...message(), size: 20_000_000, content: pieces })
    await expect.poll(() => peer.sessions[0]?.commands.at(-1), fast).toBe('DATA')
    peer.say(early)
    expect((await sending).get(mailbox('b@example.test'))).toMatchObject({ kind, problem: { stage: 'message', reply } })
    await expect.poll(() => isClosed, fast).toBe(true)
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions).toMatchObject([{ messages: [] }, { messages: [{ accepted: true }] }])
  })
})

describe('no connection', () => {
  test('a port where nobody listens defers', async () => {
    const peer = await peerWith()
    const { port } = peer
    await peer.close()
    expect(await send(relayTo({ port }))).toEqual({
      kind: 'deferred',
      problem: { stage: 'connect', reply: null, cause: 'ECONNREFUSED' },
    })
  })

  test('an address that this machine does not have defers', async () => {
    const outcome = await send(relayTo(await peerWith(), { localAddress: '192.0.2.1' }))
    expect(outcome).toMatchObject({ kind: 'deferred', problem: { stage: 'connect', cause: 'EADDRNOTAVAIL' } })
  })

  test('an address of the other family defers', async () => {
    const outcome = await send(relayTo(await peerWith(), { localAddress: '::1' }))
    expect(outcome).toMatchObject({ kind: 'deferred', problem: { stage: 'connect', reply: null } })
  })

  test('every recipient is told', async () => {
    const peer = await peerWith({ otherwise: { greeting: 'drop' } })
    const to = Array.from({ length: 100 }, (_, n) => `b${n}@example.test`)
    const outcomes = await relayTo(peer, { localAddress: here }).send(message({ to }))
    expect([...outcomes.keys()]).toEqual(to)
    expect(new Set([...outcomes.values()].map(({ kind }) => kind))).toEqual(new Set(['deferred']))
  })
})
