/**
 * Commands sent together, in any segments (RFC 2920), and what is sent after the end of a session.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { reach, start } from './recording-listener.js'
import { codes, dialogue, replies, sendMessage } from './talk.js'

const mail = 'MAIL FROM:<a@example.test>'
const rcpt = 'RCPT TO:<b@example.test>'

describe('commands sent together (RFC 2920)', () => {
  const group = `EHLO x\r\n${mail}\r\n${rcpt}\r\nRCPT TO:<c>\r\nDATA\r\nS: 1\r\n\r\n..1\r\n.\r\n${mail}\r\nNOOP\r\nQUIT\r\nNOOP\r\n`
  const said = ['250', '250 2.1.0', '250 2.1.5', '501 5.1.3', '354', '250 2.0.0', '250 2.1.0', '250 2.0.0']

  it('are answered in order, split at every position', async () => {
    const { client, record } = await start()
    for (let at = 0; at < group.length; at++) {
      const connected = await client()
      await connected.write(group.slice(0, at))
      await turn()
      await turn()
      await connected.write(group.slice(at))
      expect((await replies(connected, 9)).map(codes)).toEqual([...said, '221 2.0.0'])
    }
    expect(new Set(record.contents)).toEqual(new Set(['S: 1\r\n\r\n.1\r\n']))
    expect(record.taken).toHaveLength(group.length)
  })

  it('are answered in order, one octet a segment', async () => {
    const { client, record } = await start()
    const connected = await client()
    await connected.writeOctetByOctet(group.slice(0, -'QUIT\r\nNOOP\r\n'.length))
    expect((await replies(connected, 8)).map(codes)).toEqual(said)
    expect(record.contents).toEqual(['S: 1\r\n\r\n.1\r\n'])
  })

  it('are answered in order with the contents between them, all in one segment', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    const message = (text: string): string => `${mail}\r\n${rcpt}\r\nDATA\r\n${text}\r\n.\r\n`
    await client.write(`${message('1')}${message('2\n')}${message('3')}NOOP\r\n`)
    const [sender, recipient, go] = ['250 2.1.0', '250 2.1.5', '354']
    expect((await replies(client, 13)).map(codes)).toEqual(
      ['250 2.0.0', '550 5.5.2', '250 2.0.0'].flatMap(answer => [sender, recipient, go, answer]).concat('250 2.0.0'),
    )
    expect(record.contents).toEqual(['1\r\n', '3\r\n'])
  })

  it('are answered by the thousand, each once', async () => {
    const { client } = await start()
    const connected = await client()
    await connected.write('NOOP\r\n'.repeat(1000))
    expect(new Set(await replies(connected, 1000))).toEqual(new Set(['250 2.0.0 Ok']))
    expect((await connected.command('HELP')).code).toBe(214)
  })

  it('behind DATA that is refused are commands, not content', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    await client.write(`${mail}\r\nRCPT TO:<b>\r\nDATA\r\nNOOP\r\n`)
    expect((await replies(client, 4)).map(codes)).toEqual(['250 2.1.0', '501 5.1.3', '503 5.5.1', '250 2.0.0'])
    expect(record.opened).toEqual([])
  })

  it('behind STARTTLS are answered in the clear, as STARTTLS is not there', async () => {
    const { greeted } = await start()
    const client = await greeted()
    await client.write(`STARTTLS\r\n${mail}\r\n`)
    expect((await replies(client, 2)).map(codes)).toEqual(['502 5.5.1', '250 2.1.0'])
  })
})

describe('after the end of a session', () => {
  it.each([
    ['QUIT', 'QUIT\r\n', '221 2.0.0 Bye'],
    ['HTTP', 'POST /MAIL HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', '421 4.7.0 This is SMTP, not HTTP'],
  ])('by %s nothing is carried out', async (_name, ending, word) => {
    const { port, record } = await start()
    const client = await reach(port)
    await client.reply()
    await client.write(`${ending}EHLO x\r\n${mail}\r\n${rcpt}\r\nDATA\r\nS: 1\r\n.\r\n`)
    expect((await client.reply()).lines).toEqual([word])
    await expect(client.reply()).rejects.toThrow('the connection ended before a complete reply; received so far: ""')
    expect(record.opened).toEqual([])
  })

  it('a new one begins without anything of it', async () => {
    const { greeted, client, record } = await start()
    await dialogue(await greeted(), [mail, rcpt, 'QUIT'])
    expect((await dialogue(await client(), [mail, 'EHLO x', rcpt])).map(codes)).toEqual([
      '503 5.5.1',
      '250',
      '503 5.5.1',
    ])
    expect(await sendMessage(await greeted(), 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
    expect(record.taken).toHaveLength(1)
  })
})
