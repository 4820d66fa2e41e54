/**
 * What one client may take of an MTA: sessions, recipients, errors, octets, hops.
 */
import { describe, expect, it } from 'vitest'
import type { RawClient } from '../support/raw-client.js'
import { reach, start } from './recording-listener.js'
import { codes, dialogue, next, sendMessage, toData } from './talk.js'

const queued = '250 2.0.0 Ok: queued'
const tooMany = '421 4.3.2 Too many connections, try again later'

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
    const said = await dialogue(client, ['MAIL FROM:<>', ...flood(accepted ? 1008 : 1003)])
    expect(said.slice(-1003).map(codes)).toEqual(Array.from({ length: 1003 }, () => code))
    expect(await next(client)).toBe('421 4.7.0 Too many errors, closing connection')
  })
})

it('DATA after recipients that were all refused is no error, and no news', async () => {
  const { greeted, record } = await start({ accepts: () => false, limits: { errors: 1 } })
  const client = await greeted()
  for (let n = 0; n < 5; n++) {
    const said = await dialogue(client, ['MAIL FROM:<>', 'RCPT TO:<b@x.test>', 'DATA', 'RSET'])
    expect(said).toEqual([
      expect.stringMatching(/^250/),
      expect.stringMatching(/^550/),
      '554 5.5.1 No valid recipients',
      expect.stringMatching(/^250/),
    ])
  }
  expect(record.refused.map(({ stage }) => stage)).toEqual(Array.from({ length: 5 }, () => 'rcpt'))
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
    expect((await dialogue(client, ['x', 'MAIL', 'NOOP', 'DATA', 'x'])).map(codes)).toEqual([
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
