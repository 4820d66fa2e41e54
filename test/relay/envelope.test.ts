import { describe, expect, test } from 'vitest'
import { ehloReply } from '../support/script.js'
import { delivered, here, letter, mailbox, message, type Parts, peerWith, relayTo, send } from './harness.js'

/** The commands with which one message was sent to a peer that offers these extensions. */
async function commandsFor(parts: Parts, ...extensions: string[]): Promise<readonly string[]> {
  const peer = await peerWith({ otherwise: { ehlo: ehloReply(...extensions) } })
  expect(await send(relayTo(peer), parts)).toEqual(delivered)
  return peer.sessions[0]?.commands ?? []
}

const all = ['PIPELINING', 'SIZE 1000', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']
const size = Buffer.byteLength(letter)

describe('what is said', () => {
  test('comes from the address of the MTA, and EHLO gives its name', async () => {
    const peer = await peerWith()
    await send(relayTo(peer))
    expect(peer.sessions).toMatchObject([{ remoteAddress: here }])
    expect(peer.sessions[0]?.commands[0]).toBe('EHLO out.chain.test')
  })

  test.each<[string, Parts, string]>([
    ['the null reverse-path', { from: null }, 'MAIL FROM:<> SIZE='],
    ['a seven-bit content', {}, 'MAIL FROM:<a@example.test> SIZE='],
    ['an eight-bit content', { eightBit: true }, 'MAIL FROM:<a@example.test> BODY=8BITMIME SIZE='],
    ['SMTPUTF8 with ASCII addresses', { smtpUtf8: true }, 'MAIL FROM:<a@example.test> SIZE={size} SMTPUTF8'],
    [
      'an internationalised sender',
      { from: 'ü@example.test', smtpUtf8: true },
      'MAIL FROM:<ü@example.test> SMTPUTF8 SIZE=',
    ],
    [
      'an internationalised recipient that nobody declared',
      { to: ['ü@example.test'] },
      'MAIL FROM:<a@example.test> SMTPUTF8 SIZE=',
    ],
    [
      'a keyword in the address',
      { from: '"x SMTPUTF8 "@example.test', smtpUtf8: true },
      'MAIL FROM:<"x SMTPUTF8 "@example.test> SIZE={size} SMTPUTF8',
    ],
    ['everything', { eightBit: true, smtpUtf8: true }, 'MAIL FROM:<a@example.test> BODY=8BITMIME SIZE={size} SMTPUTF8'],
  ])('MAIL for %s', async (_name, parts, expected) => {
    const [, mail] = await commandsFor(parts, ...all)
    expect(mail).toBe(expected.replace(/SIZE=({size})?/, `SIZE=${size}`))
  })

  test('no parameter that the peer does not offer', async () => {
    expect(await commandsFor({})).toEqual([
      'EHLO out.chain.test',
      'MAIL FROM:<a@example.test>',
      'RCPT TO:<b@example.test>',
      'DATA',
    ])
  })

  test('no SMTPUTF8 where it was declared, nothing needs it and the peer does not offer it (RFC 6531 3.2)', async () => {
    const declared = { smtpUtf8: true, utf8Header: false, eightBit: true }
    expect((await commandsFor(declared, '8BITMIME'))[1]).toBe('MAIL FROM:<a@example.test> BODY=8BITMIME')
  })

  test('no SMTPUTF8 for a header in UTF-8 that came without it', async () => {
    const undeclared = { utf8Header: true, eightBit: true }
    expect((await commandsFor(undeclared, ...all))[1]).toBe(`MAIL FROM:<a@example.test> BODY=8BITMIME SIZE=${size}`)
  })

  test('ORCPT in UTF-8 is encoded where SMTPUTF8 is not offered (RFC 6533 3)', async () => {
    const recipient = { mailbox: mailbox('b@example.test'), notify: null, originalRecipient: 'utf-8;grün+@x.test' }
    const dsn = { ret: null, envelopeId: null, recipients: [recipient] }
    const declared = { smtpUtf8: true, utf8Header: false, dsn }
    const [said, encoded] = ['utf-8;grün+@x.test', 'utf-8;gr\\x{FC}n\\x{2B}@x.test']
    expect((await commandsFor(declared, 'DSN', 'SMTPUTF8'))[2]).toBe(`RCPT TO:<b@example.test> ORCPT=${said}`)
    expect((await commandsFor(declared, 'DSN'))[2]).toBe(`RCPT TO:<b@example.test> ORCPT=${encoded}`)
  })

  test('an extension is offered by a keyword, not by a text that contains it', async () => {
    const peer = await peerWith({
      otherwise: { ehlo: '250-peer.test SIZE matters, PIPELINING too\r\n250-X-8BITMIME\r\n250 XSIZE 10' },
    })
    const relay = relayTo(peer)
    expect(await send(relay)).toEqual(delivered)
    expect(peer.sessions[0]?.commands[1]).toBe('MAIL FROM:<a@example.test>')
    expect(await send(relay, { eightBit: true })).toMatchObject({ kind: 'failed' })
  })

  test('recipients that differ in case are two, the same one twice is one', async () => {
    const peer = await peerWith()
    const to = ['b@example.test', 'B@example.test', 'b@example.test']
    const outcomes = await relayTo(peer).send(message({ to }))
    expect([...outcomes.keys()]).toEqual(['b@example.test', 'B@example.test'])
    expect((await peer.waitForMessage()).recipients).toEqual(['b@example.test', 'B@example.test'])
  })

  test('the socket is told before the transaction begins and given back after its end', async () => {
    const peer = await peerWith()
    const relay = relayTo(peer)
    const seen: unknown[] = []
    const outcomes = await relay.send({
      ...message(),
      onTransaction(local) {
        seen.push(local.address, local.port > 0, peer.sessions[0]?.commands.length)
        return () => seen.push(peer.sessions[0]?.messages.length)
      },
    })
    expect(outcomes.size).toBe(1)
    expect(seen).toEqual([here, true, 1, 1])
  })
})

describe('what the peer does not offer fails for good, and nothing is sent', () => {
  test.each<[string, Parts, string[], object]>([
    ['8-bit', { eightBit: true }, ['SMTPUTF8'], { code: 554, enhanced: '5.6.3' }],
    ['SMTPUTF8, addresses', { to: ['ü@example.test'], smtpUtf8: true }, ['8BITMIME'], { code: 553, enhanced: '5.6.7' }],
    ['SMTPUTF8, header', { smtpUtf8: true }, ['8BITMIME'], { code: 550, enhanced: '5.6.9' }],
    ['SMTPUTF8, an undeclared header', { utf8Header: true, eightBit: true }, ['8BITMIME'], { enhanced: '5.6.9' }],
    [
      '8-bit content that was declared SMTPUTF8',
      { smtpUtf8: true, utf8Header: false, eightBit: true },
      [],
      { enhanced: '5.6.3' },
    ],
    ['an undeclared UTF-8 address', { from: 'ü@example.test' }, [], { code: 553, enhanced: '5.6.7' }],
    ['the size', {}, [`SIZE ${size - 1}`], { code: 552, enhanced: '5.3.4' }],
  ])('%s', async (_name, parts, extensions, reply) => {
    const peer = await peerWith({ otherwise: { ehlo: ehloReply(...extensions) } })
    const relay = relayTo(peer)
    expect(await send(relay, parts)).toMatchObject({ kind: 'failed', problem: { stage: 'mail', reply, by: 'here' } })
    // the connection is as good as before
    expect(await send(relay, { content: '\r\n' })).toEqual(delivered)
    expect(peer.sessions).toMatchObject([{ messages: [{ content: Buffer.from('\r\n') }] }])
    expect(peer.sessions[0]?.commands.filter(command => command.startsWith('MAIL'))).toHaveLength(1)
  })

  test.each([`SIZE ${size}`, 'SIZE 0', 'SIZE'])('%s is room enough', async extension => {
    expect((await commandsFor({}, extension))[1]).toBe(`MAIL FROM:<a@example.test> SIZE=${size}`)
  })

  test('a peer without EHLO is sent what needs no extension', async () => {
    const peer = await peerWith({ otherwise: { ehlo: '502 5.5.1 Never heard of it' } })
    const relay = relayTo(peer)
    expect(await send(relay)).toEqual(delivered)
    expect(await send(relay, { eightBit: true })).toMatchObject({
      kind: 'failed',
      problem: { reply: { enhanced: '5.6.3' } },
    })
    expect(peer.sessions[0]?.commands.slice(0, 3)).toEqual([
      'EHLO out.chain.test',
      'HELO out.chain.test',
      'MAIL FROM:<a@example.test>',
    ])
  })
})
