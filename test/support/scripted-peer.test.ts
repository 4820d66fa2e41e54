import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, type RawClient } from './raw-client.js'
import { ehloReply } from './script.js'
import { type PeerOptions, type ScriptedPeer, startScriptedPeer } from './scripted-peer.js'

const envelope = { from: 'a@example.test', to: ['b@example.test'] }
const letter = 'Subject: Tea\r\n\r\nAt four.\r\n'

async function peerWith(options: PeerOptions = {}): Promise<ScriptedPeer> {
  const peer = await startScriptedPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

function nodemailerTo(peer: ScriptedPeer, localAddress = '127.0.0.1'): Promise<SMTPConnection> {
  const client = new SMTPConnection({
    host: '127.0.0.1',
    port: peer.port,
    localAddress,
    name: 'client.test',
    ignoreTLS: true,
  })
  onTestFinished(() => client.close())
  return new Promise((resolve, reject) => {
    client.once('error', reject)
    client.connect(error => (error ? reject(error) : resolve(client)))
  })
}

/** Resolves with what the peer answered to the message; rejects with the client's error. */
function send(client: SMTPConnection, to = envelope.to, content: string | Buffer = letter): Promise<string> {
  return new Promise((resolve, reject) => {
    client.once('error', reject)
    client.send({ ...envelope, to }, content, (error, info) => (error ? reject(error) : resolve(info.response)))
  })
}

/** A client that has read the greeting. */
async function greeted(peer: ScriptedPeer): Promise<RawClient> {
  const client = await connect({ host: '127.0.0.1', port: peer.port })
  onTestFinished(() => client.reset())
  await client.reply()
  return client
}

describe('a peer without a script', () => {
  test('takes a message and records address, commands, envelope and content', async () => {
    const peer = await peerWith()
    const client = await nodemailerTo(peer, '127.0.0.12')
    expect(await send(client, ['b@example.test', 'c@example.test'], '.\r\n..dots\r\nend\r\n')).toBe(
      '250 2.0.0 Taken over',
    )
    expect(await peer.waitForMessage()).toEqual({
      reversePath: 'a@example.test',
      recipients: ['b@example.test', 'c@example.test'],
      content: Buffer.from('.\r\n..dots\r\nend\r\n'),
      accepted: true,
    })
    const [session] = peer.sessions
    expect(session?.remoteAddress).toBe('127.0.0.12')
    expect(session?.commands).toEqual([
      'EHLO client.test',
      'MAIL FROM:<a@example.test>',
      'RCPT TO:<b@example.test>',
      'RCPT TO:<c@example.test>',
      'DATA',
    ])
  })

  test('answers pipelined commands in order, and takes an empty message', async () => {
    const client = await greeted(await peerWith())
    await client.write(
      'EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nNOOP\r\nWHAT\r\nRSET\r\nDATA\r\nHELO x\r\n',
    )
    const codes: number[] = []
    for (let replies = 0; replies < 8; replies++) codes.push((await client.reply()).code)
    expect(codes).toEqual([250, 250, 250, 250, 500, 250, 554, 250])
    await client.write('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n.\r\nQUIT\r\n')
    for (const code of [250, 250, 354, 250, 221]) expect((await client.reply()).code).toBe(code)
    expect(await client.closed).toEqual({ error: null })
  })

  test('takes 5 MB octet for octet', async () => {
    const peer = await peerWith()
    const content = readFileSync(new URL('../../fixtures/messages/large.eml', import.meta.url))
    await send(await nodemailerTo(peer), envelope.to, content)
    expect((await peer.waitForMessage()).content.equals(content)).toBe(true)
  })

  test('waits in vain for a bounded time only', async () => {
    const peer = await peerWith({ patience: 50 })
    const client = await greeted(peer)
    await client.command('NOOP')
    await expect(peer.waitForMessage()).rejects.toThrow('no message within 50 ms; sessions: [["NOOP"]]')
    await client.writeOctetByOctet('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nDATA\r\nHi\r\n.\r\n')
    expect((await peer.waitForMessage()).content.toString()).toBe('Hi\r\n')
  })
})

describe('replies by stage', () => {
  test('EHLO offers what the script says', async () => {
    const peer = await peerWith({ otherwise: { ehlo: ehloReply('PIPELINING', 'SIZE 9') } })
    const client = await greeted(peer)
    expect((await client.command('EHLO x')).lines).toEqual(['250-peer.test', '250-PIPELINING', '250 SIZE 9'])
    expect(ehloReply()).toBe('250 peer.test')
  })

  test('each RCPT has its own reply, and a refused recipient is not in the envelope', async () => {
    const peer = await peerWith({ attempts: [{ rcpt: ['250 2.1.5 Fine', '550 5.1.1 Moved away', '452 4.5.3 Later'] }] })
    const to = ['b@example.test', 'c@example.test', 'd@example.test', 'e@example.test']
    await send(await nodemailerTo(peer), to)
    expect((await peer.waitForMessage()).recipients).toEqual(['b@example.test', 'e@example.test'])
  })

  test('a refused MAIL refuses the rest of the pipeline', async () => {
    const client = await greeted(await peerWith({ attempts: [{ mail: '450 4.7.1 Greylisted' }] }))
    await client.write('MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n')
    for (const code of [450, 503, 554]) expect((await client.reply()).code).toBe(code)
  })

  test('DATA is refused where every recipient was', async () => {
    const client = await greeted(await peerWith({ attempts: [{ rcpt: ['550 5.1.1 Moved away'] }] }))
    await client.write('MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n')
    for (const code of [250, 550, 554]) expect((await client.reply()).code).toBe(code)
  })

  test('421 closes the connection', async () => {
    const client = await greeted(await peerWith({ attempts: [{ mail: '421 4.3.2 Going to bed' }] }))
    expect((await client.command('MAIL FROM:<>')).code).toBe(421)
    expect(await client.closed).toEqual({ error: null })
  })

  test('attempt N behaves as script N says, on one connection or on several', async () => {
    const peer = await peerWith({
      attempts: [{ message: '451 4.3.0 Disk is full' }, { data: '554 5.7.1 No' }, { greeting: '421 4.3.2 Asleep' }],
    })
    const first = await nodemailerTo(peer)
    await expect(send(first)).rejects.toMatchObject({ responseCode: 451 })
    await expect(send(first)).rejects.toMatchObject({ responseCode: 554 })
    await expect(nodemailerTo(peer)).rejects.toMatchObject({ responseCode: 421 })
    expect(await send(await nodemailerTo(peer))).toBe('250 2.0.0 Taken over')
    expect([(await peer.waitForMessage()).accepted, (await peer.waitForMessage()).accepted]).toEqual([false, true])
    expect(peer.sessions).toHaveLength(3)
  })

  test('a trickled reply comes an octet at a time', async () => {
    const peer = await peerWith({ otherwise: { greeting: { trickle: '220 Slowly' } } })
    const socket = createConnection({ host: '127.0.0.1', port: peer.port })
    onTestFinished(() => void socket.destroy())
    let greeting = ''
    socket.on('data', octets => {
      expect(octets).toHaveLength(1)
      greeting += octets.toString()
      if (greeting.endsWith('\n')) socket.end()
    })
    await once(socket, 'close')
    expect(greeting).toBe('220 Slowly\r\n')
  })
})

describe('faults', () => {
  const stages = ['greeting', 'ehlo', 'mail', 'data', 'message'] as const

  test.each(stages)('drop at %s ends the connection without a reply', async stage => {
    const peer = await peerWith({ attempts: [{ [stage]: 'drop' }] })
    const attempt = nodemailerTo(peer).then(client => send(client))
    await expect(attempt).rejects.toMatchObject({ code: 'ECONNECTION' })
    await expect(attempt).rejects.not.toHaveProperty('responseCode')
  })

  test('drop is a FIN, whatever the client has still to say', async () => {
    const client = await greeted(await peerWith({ attempts: [{ mail: 'drop' }] }))
    await client.write(`MAIL FROM:<>\r\n${'NOOP\r\n'.repeat(200_000)}`)
    expect(await client.closed).toEqual({ error: null })
  })

  test('reset is an RST', async () => {
    const client = await greeted(await peerWith({ attempts: [{ mail: 'reset' }] }))
    await client.write('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\n')
    expect(await client.closed).toEqual({ error: 'ECONNRESET' })
  })

  test('drop after the final dot leaves a message that nobody answered for', async () => {
    const peer = await peerWith({ attempts: [{ message: 'drop' }] })
    await expect(send(await nodemailerTo(peer))).rejects.toMatchObject({ code: 'ECONNECTION' })
    expect(await peer.waitForMessage()).toMatchObject({ content: Buffer.from(letter), accepted: false })
  })

  test('a fault within the content strikes before the final dot', async () => {
    const peer = await peerWith({ attempts: [{ content: { after: 10, fault: 'reset' } }] })
    await expect(send(await nodemailerTo(peer))).rejects.toThrow('read ECONNRESET')
    expect(peer.sessions[0]?.commands.at(-1)).toBe('DATA')
    expect(peer.sessions[0]?.messages).toEqual([])
  })

  test('hang says nothing, and close() ends it', async () => {
    const peer = await peerWith({ attempts: [{ data: 'hang' }] })
    const client = await greeted(peer)
    await client.write('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nDATA\r\nNOOP\r\n')
    await Promise.all([client.reply(), client.reply()])
    const last = client.reply()
    await peer.close()
    await expect(last).rejects.toThrow('ended before a complete reply; received so far: ""')
    expect(peer.sessions[0]?.commands.at(-1)).toBe('DATA')
  })

  test('hang within the content stops reading', async () => {
    const peer = await peerWith({ attempts: [{ content: { after: 1, fault: 'hang' } }] })
    const client = await connect({ host: '127.0.0.1', port: peer.port, patience: 200 })
    onTestFinished(() => client.reset())
    await client.write('MAIL FROM:<>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n')
    for (const code of [220, 250, 250, 354]) expect((await client.reply()).code).toBe(code)
    await expect(client.write(Buffer.alloc(8 * 1024 * 1024))).rejects.toThrow('in vain for the octets to be taken')
  })
})
