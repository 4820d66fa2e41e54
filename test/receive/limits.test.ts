/**
 * What one client may take of an MTA: sessions, recipients, octets, hops, time, patience.
 */
import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { reply } from '../../src/mail/reply.js'
import type { RawClient } from '../support/raw-client.js'
import { gate, until } from './gate.js'
import { dialogue, reach, sendMessage, start, toData } from './recording-listener.js'

const queued = '250 2.0.0 Ok: queued'
const tooLate = '421 4.4.2 The session takes too long, closing connection'
const tooIdle = '421 4.4.2 Idle too long, closing connection'
const tooMany = '421 4.3.2 Too many connections, try again later'

async function next(client: RawClient): Promise<string> {
  return (await client.reply()).lines[0] ?? ''
}

describe('sessions', () => {
  it.each([
    ['says QUIT', (client: RawClient) => client.command('QUIT')],
    ['ends its side', (client: RawClient) => client.end()],
    ['breaks off', (client: RawClient) => client.reset()],
    ['is thrown out', (client: RawClient) => client.command('GET / HTTP/1.0')],
  ])('over the limit are turned away; a place is free again when a client %s', async (_how, leave) => {
    const { client, port, record } = await start({ limits: { connections: 2 } })
    const [first, second] = [await client(), await client()]
    expect((await second.command('NOOP')).code).toBe(250)
    for (let n = 0; n < 3; n++) {
      const third = await reach(port)
      expect(await next(third)).toBe(tooMany)
      expect(await third.closed).toEqual({ error: null })
    }
    expect(record.refused[0]).toMatchObject({ stage: 'connect', client: { address: '127.0.0.1', helo: null } })
    await leave(first)
    await first.closed
    const another = await client()
    expect((await another.command('NOOP')).code).toBe(250)
  })
})

describe('recipients', () => {
  const flood = (count: number): string[] => Array.from({ length: count }, (_, n) => `RCPT TO:<b${n}@x.test>`)

  it('over the limit get 452, and those before it get the message (RFC 5321 4.5.3.1.10)', async () => {
    const { greeted, record } = await start({ limits: { recipients: 30 } })
    const client = await greeted()
    const said = await dialogue(client, ['MAIL FROM:<>', ...flood(50)])
    expect(said.slice(31)).toEqual(
      Array.from({ length: 20 }, () => '452 4.5.3 Too many recipients, at most 30 in a transaction'),
    )
    expect(await dialogue(client, ['DATA', '.'])).toContain(queued)
    expect(record.taken[0]?.transaction.envelope.recipients).toHaveLength(30)
    expect(record.refused.map(({ recipients }) => recipients.length)).toEqual(Array.from({ length: 20 }, () => 1))
  })

  it.each([
    ['over the limit', true, '452 4.5.3'],
    ["not the MTA's own", false, '550 5.7.1'],
  ])('%s are no errors, as long as they are no flood', async (_what, accepted, code) => {
    const { greeted } = await start({ accepts: () => accepted, limits: { recipients: 5, errors: 2 } })
    const client = await greeted()
    const said = await dialogue(client, ['MAIL FROM:<>', ...flood(accepted ? 13 : 8)])
    expect(said.slice(-8).map(line => line.slice(0, 9))).toEqual(Array.from({ length: 8 }, () => code))
    expect(await next(client)).toBe('421 4.7.0 Too many errors, closing connection')
  })
})

it('recipients that are refused are counted in each transaction anew', async () => {
  const { greeted } = await start({ accepts: () => false, limits: { recipients: 2, errors: 1 } })
  const client = await greeted()
  for (let n = 0; n < 5; n++) {
    const said = await dialogue(client, ['MAIL FROM:<>', 'RCPT TO:<b@x.test>', 'RCPT TO:<c@x.test>', 'RSET'])
    expect(said.map(line => line.slice(0, 3))).toEqual(['250', '550', '550', '250'])
  }
})

describe('errors', () => {
  it('end the session after the limit, each with its own reply first', async () => {
    const { greeted } = await start({ limits: { errors: 3 } })
    const client = await greeted()
    expect((await dialogue(client, ['x', 'MAIL', 'NOOP', 'DATA', 'x'])).map(line => line.slice(0, 9))).toEqual([
      '500 5.5.2',
      '501 5.1.7',
      '250 2.0.0',
      '503 5.5.1',
      '500 5.5.2',
    ])
    expect(await next(client)).toBe('421 4.7.0 Too many errors, closing connection')
    expect(await client.closed).toEqual({ error: null })
  })

  it('of unknown commands are counted as all others, not ended at the tenth', async () => {
    const { greeted } = await start({ limits: { errors: 15 } })
    const said = await dialogue(
      await greeted(),
      Array.from({ length: 15 }, () => 'x'),
    )
    expect(new Set(said)).toEqual(new Set(['500 5.5.2 Command not recognised']))
  })
})

describe('a message', () => {
  it('of as many octets as the limit says is taken, of one more it is refused; dots that are not content do not count', async () => {
    const { greeted, record } = await start({ limits: { messageSize: 10 } })
    const client = await greeted()
    expect(await sendMessage(client, '01234567\r\n')).toBe(queued)
    expect(await sendMessage(client, '012345678\r\n')).toBe('552 5.3.4 Message too large, at most 10 octets')
    expect(await sendMessage(client, '..\r\n..\r\n..\r\n')).toBe(queued)
    expect(record.taken.map(({ facts }) => facts.size)).toEqual([10, 9])
  })

  it('that is too large is thrown away before its end, and not kept while the rest comes', async () => {
    const { greeted, record } = await start({ limits: { messageSize: 1000 } })
    const client = await greeted()
    await toData(client)
    await client.write('x'.repeat(1001))
    await record.settled()
    expect(record.discarded).toBe(1)
    await client.write('\n'.repeat(100_000))
    expect((await client.command('\r\n.')).code).toBe(552)
    expect(record.discarded).toBe(1)
  })

  const hop = 'Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000\r\n'
  const hops = (count: number): string => hop.repeat(count)
  it.each([
    ['100 hops', `${hops(100)}\r\n`, 250],
    ['101 hops', `${hops(101)}\r\n`, 554],
    ['101 hops and no end of header', hops(101), 554],
    ['101 hops in any case', `${hops(50)}${hops(51).replaceAll('Received', 'rEcEIVED')}\r\n`, 554],
    [
      '101 hops folded',
      `${hops(101).replaceAll(' by', '\r\n\tby').replaceAll('Received: ', 'Received:\r\n ')}\r\n`,
      554,
    ],
    ['101 hops with a blank before the colon', `${hops(101).replaceAll(':', ' \t:')}\r\n`, 554],
    ['101 hops among others', `Subject: x\r\n${hops(101)}X: y\r\n\r\n`, 554],
    ['100 hops and one in the body', `${hops(100)}\r\n${hop}`, 250],
    ['101 hops in the body', `Subject: x\r\n\r\n${hops(101)}`, 250],
    ['101 hops below a line that ends the header', `${hop}no field\r\n${hops(101)}`, 250],
    ['101 folded lines', `Subject: x\r\n${hops(101).replaceAll('Received', ' Received')}\r\n`, 250],
    ['101 other fields', `${hops(101).replaceAll('Received', 'X-Received')}\r\n`, 250],
    ['101 longer names', `${hops(101).replaceAll('Received', 'Received-SPF')}\r\n`, 250],
    ['101 shorter names', `${hops(101).replaceAll('Received', 'Receive')}\r\n`, 250],
    ['101 names inside a field', `Subject: ${hops(101).replaceAll('\r\n', ' ')}\r\n\r\n`, 250],
  ])('with %s', async (_what, content, code) => {
    const { greeted, record } = await start()
    const said = await sendMessage(await greeted(), content)
    expect(said).toBe(
      code === 250 ? queued : '554 5.4.6 Too many hops, more than 100 Received fields: the message loops',
    )
    expect(record.discarded).toBe(code === 250 ? 0 : 1)
  })
})

/** Sends an octet every few milliseconds until the server has something to say. */
async function trickle(client: RawClient, octet: string): Promise<string> {
  let said: string | null = null
  const heard = next(client).then(line => {
    said = line
  })
  while (said === null) {
    await client.write(octet)
    await pass(3)
  }
  await heard
  return said
}

describe('a session', () => {
  it('ends at its deadline, however busy it is', async () => {
    const { client } = await start({ limits: { sessionTime: 40, idleTime: 5000 } })
    expect(await trickle(await client(), 'N')).toBe(tooLate)
  })

  it('ends at its deadline in the midst of content, and nothing of that stays', async () => {
    const { greeted, record } = await start({ limits: { sessionTime: 250, idleTime: 5000 } })
    const client = await greeted()
    await toData(client)
    expect(await trickle(client, 'x')).toBe(tooLate)
    await record.settled()
    expect(record).toMatchObject({ taken: [], discarded: 1 })
    expect(record.refused).toMatchObject([{ stage: 'message', recipients: ['b@example.test'], reply: { code: 421 } }])
  })

  it.each([
    ['of a session', { sessionTime: 200 }, tooLate],
    ['of silence', { idleTime: 200 }, tooIdle],
  ])('is not cut between a final dot and its reply by the end %s, but after it', async (_what, limits, word) => {
    const kept = gate<ReturnType<typeof reply>>()
    const place = { write: () => null, take: () => kept.promise, discard: () => undefined }
    const { greeted } = await start({ limits, open: () => place })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\n')
    await pass(300)
    kept.open(reply(250, '2.0.0', 'Ok: queued'))
    expect(await next(client)).toBe(queued)
    expect(await next(client)).toBe(word)
    expect(await client.closed).toEqual({ error: null })
  })

  it('is not idle while its content waits for us', async () => {
    const flushed = gate()
    const { greeted, record } = await start({ limits: { idleTime: 100 }, open: slow })
    function slow(): ReturnType<typeof record.open> {
      return {
        write: () => flushed.promise,
        take: async () => reply(250, '2.0.0', 'Ok: queued'),
        discard: () => undefined,
      }
    }
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n')
    await pass(250)
    flushed.open()
    await client.write('.\r\n')
    expect(await next(client)).toBe(queued)
  })

  it.each([
    [[]],
    [['EHLO x']],
    [['EHLO x', 'MAIL FROM:<>']],
    [['EHLO x', 'MAIL FROM:<>', 'RCPT TO:<b@x.test>', 'DATA']],
  ])('ends when it is silent too long, after %j', async lines => {
    const { client, record } = await start({ limits: { idleTime: 20 } })
    const connected = await client()
    await dialogue(connected, lines)
    expect(await next(connected)).toBe(tooIdle)
    expect(await connected.closed).toEqual({ error: null })
    await until('the content is discarded', () => record.discarded === record.opened.length)
    // silence is no refusal, but where content was under way
    expect(record.refused.map(({ stage }) => stage)).toEqual(record.opened.map(() => 'message'))
  })
})
