import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/mail/outcome.js'
import { ehloReply, type Script, type Step } from '../support/script.js'
import type { ScriptedPeer } from '../support/scripted-peer.js'
import { message, peerWith, relayTo, send } from './harness.js'

const names = ['b', 'c', 'd', 'e', 'f']

/** Each outcome as its kind, stage and code or cause. */
function told(outcome: Outcome): string {
  if (outcome.kind === 'delivered') return `delivered ${outcome.reply.code}`
  const { stage, reply, cause } = outcome.problem
  return `${outcome.kind} ${stage} ${reply?.code ?? cause}`
}

async function attempt(script: Script, count: number): Promise<{ peer: ScriptedPeer; outcomes: string[] }> {
  const peer = await peerWith({ attempts: [script] })
  const to = names.slice(0, count).map(name => `${name}@example.test`)
  const outcomes = await relayTo(peer).send(message({ to }))
  expect([...outcomes.keys()]).toEqual(to)
  return { peer, outcomes: [...outcomes.values()].map(told) }
}

const ok: Step = '250 2.1.5 Fine'
const never: Step = '550 5.1.1 Moved away'
const later: Step = '451 4.2.1 Busy'
const sequence: Step = '503 5.5.1 No recipients'

describe.each([true, false])('with PIPELINING: %s', pipelining => {
  const ehlo = pipelining ? {} : { ehlo: ehloReply('8BITMIME') }

  test.each<[string, Omit<Script, 'ehlo'>, string[]]>([
    ['mixed', { rcpt: [never, ok, later] }, ['failed rcpt 550', 'delivered 250', 'deferred rcpt 451']],
    [
      'mixed, and the content refused for good',
      { rcpt: [never, ok, later], message: '554 5.6.0 Spam' },
      ['failed rcpt 550', 'failed message 554', 'deferred rcpt 451'],
    ],
    [
      'mixed, and the content refused for now',
      { rcpt: [never, ok], message: '451 4.3.0 Disk' },
      ['failed rcpt 550', 'deferred message 451'],
    ],
    [
      'mixed, and DATA refused',
      { rcpt: [never, ok, later], data: '554 5.7.1 No' },
      ['failed rcpt 550', 'failed data 554', 'deferred rcpt 451'],
    ],
    [
      'mixed, and a break after the final dot',
      { rcpt: [never, ok, later], message: 'drop' },
      ['failed rcpt 550', 'deferred message the other side closed the connection', 'deferred rcpt 451'],
    ],
    [
      'mixed, and a break within the content',
      { rcpt: [never, ok, later], content: { after: 3, fault: 'drop' } },
      ['failed rcpt 550', 'deferred message the other side closed the connection', 'deferred rcpt 451'],
    ],
    [
      'one refused, then a break',
      { rcpt: [never, 'drop'] },
      [
        'failed rcpt 550',
        'deferred rcpt the other side closed the connection',
        'deferred rcpt the other side closed the connection',
      ],
    ],
    [
      'one refused, then 421',
      { rcpt: [never, '421 4.3.2 Going down'] },
      ['failed rcpt 550', 'deferred rcpt 421', 'deferred rcpt 421'],
    ],
    ['all taken, the content refused', { message: '552 5.2.2 Full' }, ['failed message 552', 'failed message 552']],
    ['MAIL refused', { mail: '550 5.7.1 Not you' }, ['failed mail 550', 'failed mail 550']],
    ['MAIL refused for now', { mail: '450 4.7.1 Later' }, ['deferred mail 450', 'deferred mail 450']],
  ])('%s', async (_name, script, expected) => {
    const { outcomes } = await attempt({ ...ehlo, ...script }, expected.length)
    expect(outcomes).toEqual(expected)
  })

  test.each<[string, Step]>([
    ['a server that refuses DATA with 554', '554 5.5.1 No valid recipients'],
    ['a server that refuses DATA with 503', sequence],
    ['a server that says 354 all the same', '354 Go ahead'],
  ])('all refused by %s: each has its own reply, and the connection goes on', async (_name, data) => {
    const peer = await peerWith({ attempts: [{ ...ehlo, rcpt: [never, later], data }] })
    const relay = relayTo(peer)
    const outcomes = await relay.send(message({ to: ['b@example.test', 'c@example.test'] }))
    expect([...outcomes.values()].map(told)).toEqual(['failed rcpt 550', 'deferred rcpt 451'])
    expect(await send(relay)).toMatchObject({ kind: 'delivered' })
    const accepted = peer.sessions.flatMap(({ messages }) => messages).filter(({ recipients }) => recipients.length > 0)
    expect(accepted).toHaveLength(1)
    expect(peer.sessions).toHaveLength(1)
  })
})

test('a MAIL refused by a server that says 354 all the same ends the connection, with nothing sent', async () => {
  const peer = await peerWith({ attempts: [{ mail: '550 5.7.1 Not you', data: '354 Go ahead' }] })
  const relay = relayTo(peer)
  expect(await send(relay)).toMatchObject({ kind: 'failed', problem: { stage: 'mail', reply: { code: 550 } } })
  expect(await send(relay)).toMatchObject({ kind: 'delivered' })
  expect(peer.sessions).toMatchObject([{ messages: [] }, { messages: [{ accepted: true }] }])
})

test('replies that come in one piece with the end of the connection count', async () => {
  const { outcomes } = await attempt(
    { mail: `250 2.1.0 Ok\r\n${[never, never, later, never].join('\r\n')}`, rcpt: ['drop'] },
    5,
  )
  const refused = ['failed rcpt 550', 'failed rcpt 550', 'deferred rcpt 451', 'failed rcpt 550']
  expect(outcomes).toEqual([...refused, 'deferred rcpt the other side closed the connection'])
})

describe('more recipients than the other side takes at once', () => {
  const tooMany: Step = '452 4.5.3 Too many recipients'
  const to = names.map(name => `${name}@example.test`)

  test('are sent in further transactions, at once and on the same connection', async () => {
    const peer = await peerWith({
      attempts: [{ rcpt: [ok, ok, tooMany, tooMany, tooMany] }, { rcpt: [ok, never, '552 5.5.3 Too many'] }],
    })
    const outcomes = await relayTo(peer).send(message({ to }))
    expect([...outcomes].map(([recipient, outcome]) => [recipient, told(outcome)])).toEqual([
      ['b@example.test', 'delivered 250'],
      ['c@example.test', 'delivered 250'],
      ['d@example.test', 'delivered 250'],
      ['e@example.test', 'failed rcpt 550'],
      ['f@example.test', 'delivered 250'],
    ])
    expect(peer.sessions).toHaveLength(1)
    expect(peer.sessions[0]?.messages.map(({ recipients }) => recipients.length)).toEqual([2, 1, 1])
  })

  test('are sent in smaller transactions where it ends the session over them', async () => {
    const busy = '421 4.7.0 Too many errors'
    const peer = await peerWith({ attempts: [{ rcpt: [ok, ok, tooMany, tooMany, busy] }] })
    const outcomes = await relayTo(peer).send(message({ to }))
    expect([...outcomes.values()].map(told)).toEqual(names.map(() => 'delivered 250'))
    expect(peer.sessions.flatMap(({ messages }) => messages.map(({ recipients }) => recipients.length))).toEqual([3, 2])
  })

  test('are tried too where those before them were all refused', async () => {
    const peer = await peerWith({
      attempts: [{ rcpt: [ok, ok, tooMany, tooMany, tooMany] }, { rcpt: [never, never] }],
    })
    const outcomes = await relayTo(peer).send(message({ to }))
    expect([...outcomes.values()].map(told)).toEqual([
      'delivered 250',
      'delivered 250',
      'failed rcpt 550',
      'failed rcpt 550',
      'delivered 250',
    ])
  })

  test('are deferred where it takes none', async () => {
    const peer = await peerWith({ otherwise: { rcpt: [tooMany, '552 Too many', tooMany, tooMany, tooMany] } })
    const outcomes = await relayTo(peer).send(message({ to }))
    expect([...outcomes.values()].map(told)).toEqual([452, 552, 452, 452, 452].map(code => `deferred rcpt ${code}`))
    expect(peer.sessions.flatMap(({ commands }) => commands.filter(command => command === 'DATA'))).toHaveLength(1)
  })

  test('are told from a full mailbox', async () => {
    const { outcomes } = await attempt({ rcpt: ['452 4.2.2 Mailbox full', '552 5.2.2 Mailbox full', ok] }, 3)
    expect(outcomes).toEqual(['deferred rcpt 452', 'failed rcpt 552', 'delivered 250'])
  })
})
