/**
 * Commands in every order and form (RFC 5321 4.1).
 */
import { describe, expect, it } from 'vitest'
import { start } from './recording-listener.js'
import { codes, dialogue, replies, sendMessage } from './talk.js'

const mail = 'MAIL FROM:<a@example.test>'
const rcpt = 'RCPT TO:<b@example.test>'

describe('the order of commands (RFC 5321 4.1.4)', () => {
  it.each([
    [
      'before EHLO',
      [mail, rcpt, 'DATA', 'RSET', 'NOOP'],
      ['503 5.5.1', '503 5.5.1', '503 5.5.1', '250 2.0.0', '250 2.0.0'],
    ],
    ['after RSET', ['EHLO x', mail, rcpt, 'RSET', 'DATA', rcpt], ['250 2.0.0', '503 5.5.1', '503 5.5.1']],
    ['after a second EHLO', ['EHLO x', mail, rcpt, 'EHLO x', 'DATA', rcpt], ['503 5.5.1', '503 5.5.1']],
    ['after HELO', ['HELO x', mail, 'HELO x', rcpt], ['503 5.5.1']],
    [
      'after a message',
      ['EHLO x', mail, rcpt, 'DATA', '.', 'DATA', rcpt, mail],
      ['503 5.5.1', '503 5.5.1', '250 2.1.0'],
    ],
    ['of a nested MAIL', ['EHLO x', mail, mail, rcpt], ['503 5.5.1', '250 2.1.5']],
    ['with others between', ['EHLO x', mail, 'NOOP', 'VRFY b', 'HELP', 'EXPN l', rcpt], ['502 5.5.1', '250 2.1.5']],
    ['after an EHLO that is refused', ['EHLO x', mail, 'EHLO', rcpt], ['501 5.5.4', '250 2.1.5']],
    ['after a DATA with parameters', ['EHLO x', mail, rcpt, 'DATA x', 'DATA'], ['501 5.5.4', '354']],
  ])('%s', async (_name, lines, expected) => {
    const { client } = await start()
    expect((await dialogue(await client(), lines)).map(codes).slice(-expected.length)).toEqual(expected)
  })
})

describe('a command', () => {
  it.each(['ehlo x', 'EhLo x', 'EHLO x ', 'EHLO  x\t'])('may be written as %j', async line => {
    const { client } = await start()
    expect((await (await client()).command(line)).code).toBe(250)
  })

  it.each(['DATA ', 'data \t', 'RSET  ', 'QUIT '])('may have blanks behind it: %j', async line => {
    const { greeted } = await start()
    const said = await dialogue(await greeted(), [mail, rcpt, line])
    expect(said[2]).toMatch(/^(354|250|221) /)
  })

  it.each([
    ['EHLO\0x', '500 5.5.2'],
    ['EHLO x\0', '501 5.5.4'],
    ['EHLO x\x01y', '501 5.5.4'],
    ['EHLO x\ry', '501 5.5.4'],
    ['EHLO x\r', '501 5.5.4'],
    ['EHLO x\x7f', '501 5.5.4'],
    ['EHLO x\u0085', '501 5.5.4'],
    ['EHLO x\u200by', '501 5.5.4'],
    ['EHLO x y', '501 5.5.4'],
    ['HELO x y', '501 5.5.4'],
    [`HELO ${'x'.repeat(256)}`, '501 5.5.4'],
    ['EHLO', '501 5.5.4'],
    ['EHLO ', '501 5.5.4'],
    ['EHLO\tx', '500 5.5.2'],
    [' EHLO x', '500 5.5.2'],
    ['NOOP\r', '500 5.5.2'],
    ['QUIT\r', '500 5.5.2'],
    ['QU\u0131T', '501 5.5.4'],
    ['DATA\0', '500 5.5.2'],
    ['RSET \0', '501 5.5.4'],
    ['\0', '500 5.5.2'],
    ['MAIL', '501 5.1.7'],
    ['MAIL FROM', '501 5.1.7'],
    ['MAIL TO:<b@example.test>', '501 5.1.7'],
    ['MAIL  FROM:<b@example.test>', '501 5.1.7'],
    ['MAIL\tFROM:<b@example.test>', '500 5.5.2'],
    ['NOOP x', '250 2.0.0'],
    ['HELP MAIL', '214 2.0.0'],
  ])('is answered by what it is: %j', async (line, said) => {
    const { greeted } = await start()
    const client = await greeted()
    expect((await dialogue(client, [line])).map(codes)).toEqual([said])
    // the session goes on, with the name that it had
    expect((await dialogue(client, [mail])).map(codes)).toEqual(['250 2.1.0'])
  })

  it.each(['EHLO', 'HELO'])('%s with bad UTF-8 is refused', async verb => {
    const { client } = await start()
    const connected = await client()
    for (const octets of [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80]]) {
      await connected.write(Buffer.from([...Buffer.from(`${verb} `), ...octets, 13, 10]))
      expect((await connected.reply()).lines).toEqual([
        '501 5.5.4 Bad hostname syntax, expected one domain or address literal',
      ])
    }
  })

  it('that a line end cuts is not put together again', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    await client.write('MAIL FROM:<a@example.test\r\n>\r\nRCPT TO:<b@example.test>\r\nNOOP\r\n')
    expect((await replies(client, 4)).map(codes)).toEqual(['501 5.1.7', '500 5.5.2', '503 5.5.1', '250 2.0.0'])
    expect(record.opened).toEqual([])
  })

  it('ends at a bare LF, too, as people type it: what stands behind it is another command', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    await client.write('MAIL FROM:<a@example.test\n>\nRCPT TO:<b@example.test>\nNOOP\n')
    expect((await replies(client, 4)).map(codes)).toEqual(['501 5.1.7', '500 5.5.2', '503 5.5.1', '250 2.0.0'])
    expect(record.opened).toEqual([])
  })

  it('of as many octets as the limit says is taken, however it is cut; of one more it ends the session', async () => {
    const { client } = await start({ limits: { commandLength: 100, errors: 1000 } })
    const line = (length: number): string => `NOOP ${'x'.repeat(length - 7)}\r\n`
    const connected = await client()
    await connected.write(line(100))
    expect((await connected.reply()).code).toBe(250)
    await connected.writeOctetByOctet(line(100))
    expect((await connected.reply()).code).toBe(250)
    const [whole, singly] = [await client(), await client()]
    await whole.write(`${line(101)}NOOP\r\n`)
    await singly.writeOctetByOctet(line(101).slice(0, -1))
    for (const other of [whole, singly]) {
      expect((await other.reply()).lines).toEqual(['421 4.5.2 Command line too long'])
      await other.closed
    }
  })

  it('without an end is not collected beyond the limit', async () => {
    const { client } = await start()
    const connected = await client()
    await connected.write('x'.repeat(4096))
    expect((await connected.reply()).lines).toEqual(['421 4.5.2 Command line too long'])
  })

  it('that the end of the connection cuts off is not carried out', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    await dialogue(client, [mail, rcpt])
    await client.write('DATA')
    await client.end()
    expect(await client.closed).toEqual({ error: null })
    expect(record.opened).toEqual([])
  })
})

it('an EHLO that is refused leaves the protocol as it was', async () => {
  const { client, record } = await start()
  const connected = await client()
  await dialogue(connected, ['HELO x', 'EHLO x y'])
  await sendMessage(connected, 'S: 1\r\n')
  await dialogue(connected, ['EHLO x', 'HELO'])
  await sendMessage(connected, 'S: 1\r\n')
  expect(record.taken.map(({ transaction }) => transaction.protocol)).toEqual(['SMTP', 'ESMTP'])
})
