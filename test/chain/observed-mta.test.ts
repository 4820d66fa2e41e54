import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { check } from '../../src/check/check.js'
import type { Chain } from '../../src/chain/chain.js'
import type { ChainOptions } from '../../src/chain/parts.js'
import { startChain } from '../../src/chain/start.js'
import type { TranscriptLine } from '../../src/chain/transcripts.js'
import { temporaryFolder } from '../queue/spools.js'
import { connect } from '../support/raw-client.js'

const content = 'From: a@example.test\r\nTo: b@example.test, c@example.test\r\nSubject: Hi\r\n\r\nHello\r\n'

async function running(options: Omit<ChainOptions, 'folder'> = {}): Promise<Chain> {
  const mtas = ['first', 'middle', 'last'].map((name, at) => ({ name, address: `127.77.61.${at + 1}` }))
  const chain = await startChain({ mtas, clock: { start: '2026-01-01T00:00:00Z', speed: 'jump' } }, options)
  onTestFinished(() => chain.close())
  return chain
}

function said(lines: readonly TranscriptLine[]): string[] {
  const marks = { client: 'C', server: 'S', event: '*' }
  return lines.map(({ from, text }) => `${marks[from]}: ${text}`)
}

describe('an MTA of a chain', () => {
  test('is known by its name', async () => {
    const chain = await running()
    expect(chain.mta('middle')).toMatchObject({ name: 'middle', config: { address: '127.77.61.2' } })
    expect(() => chain.mta('Middle')).toThrow(new RangeError('the chain has no MTA "Middle", only first, middle, last'))
  })

  test('shows what it received, octet for octet', async () => {
    const chain = await running()
    const sent = await chain.send({ content })
    await sent.delivered()
    const [first, middle] = [chain.mta('first').received, chain.mta('middle').received]
    expect(first).toHaveLength(1)
    expect(first[0]).toMatchObject({
      id: sent.ids[0],
      previous: null,
      protocol: 'ESMTP',
      from: 'a@example.test',
      to: ['b@example.test', 'c@example.test'],
      client: { address: '127.0.0.1', helo: 'client.chain.test' },
    })
    expect(String(first[0]?.content)).toBe(content)
    expect(middle[0]).toMatchObject({ previous: sent.ids[0], client: { address: '127.77.61.1' } })
    expect(String(middle[0]?.content)).toBe(`${first[0]?.stamp}${content}`)
  })

  test('shows what is in its queue, with its state', async () => {
    const chain = await running()
    chain.faults.add('last', { at: 'rcpt', reply: '450 4.7.1 Later', first: 1 })
    const { id } = await chain.send({ content }).then(() => chain.waitFor('deferred', { mta: 'middle' }))
    expect(chain.mta('first').queue).toEqual([])
    await chain.waitFor('delivered', { count: 2 })
    await chain.idle()
    expect(chain.mta('middle').queue).toEqual([])
    expect(chain.mta('middle').received[0]?.id).toBe(id)
  })

  test('shows every line that was said, with the copies that it was about', async () => {
    const chain = await running()
    const sent = await chain.send({ content })
    const [mail] = await sent.delivered()
    const { transcript } = chain.mta('last')
    const middle = chain.mta('middle').received[0]?.id
    expect(said(transcript)).toEqual([
      'S: 220 last.chain.test ESMTP',
      'C: EHLO middle.chain.test',
      'S: 250-last.chain.test greets [127.77.61.2]',
      'S: 250-PIPELINING',
      'S: 250-8BITMIME',
      'S: 250-SMTPUTF8',
      'S: 250-ENHANCEDSTATUSCODES',
      'S: 250-DSN',
      'S: 250 SIZE 50000000',
      expect.stringMatching(/^C: MAIL FROM:<a@example\.test> SIZE=\d+$/),
      'S: 250 2.1.0 Sender ok',
      'C: RCPT TO:<b@example.test>',
      'S: 250 2.1.5 Recipient ok',
      'C: RCPT TO:<c@example.test>',
      'S: 250 2.1.5 Recipient ok',
      'C: DATA',
      'S: 354 End data with <CR><LF>.<CR><LF>',
      expect.stringMatching(/^C: \(\d+ octets of content\)$/),
      `S: 250 2.0.0 Ok: queued as ${mail?.id}`,
    ])
    expect(transcript.map(({ id }) => id)).toEqual([...Array(9).fill(null), ...Array(10).fill(mail?.id)])
    expect(transcript.map(({ previous }) => previous)).toEqual([...Array(9).fill(null), ...Array(10).fill(middle)])
    expect(transcript.every(({ client, session }) => client.address === '127.77.61.2' && session === 1)).toBe(true)
    expect(transcript.every(({ time }) => time.toISOString().startsWith('2026-01-01T00:00:0'))).toBe(true)
    const elapsed = transcript.map(({ elapsedMs }) => elapsedMs)
    expect(elapsed).toEqual(elapsed.toSorted((a, b) => a - b))
  })

  test('shows what came to nothing, and why', async () => {
    const chain = await running()
    chain.faults.add('last', { at: 'data', reset: true, first: 1 })
    chain.faults.add('last', { at: 'rcpt', reply: '450 4.7.1 Later', first: 1 })
    await (await chain.send({ content })).delivered()
    const lines = chain.mta('last').transcript
    const failed = lines.filter(({ id, previous }) => id === null && previous !== null)
    expect(said(failed)).toContain('S: 450 4.7.1 Later')
    expect(said(failed).slice(-3)).toEqual(['C: DATA', '*: reset by a fault rule', '*: closed'])
    expect(new Set(lines.map(({ session }) => session))).toEqual(new Set([1, 2]))
  })

  test('shows a content that was not taken', async () => {
    const chain = await running()
    await expect(chain.inject('last', { content: 'To: b@example.test\r\n\r\na\rb\nc\r\n' })).rejects.toThrow('5.5.2')
    expect(said(chain.mta('last').transcript)).toContainEqual(
      expect.stringMatching(/^\*: the content is not taken, \d+ octets of it were read$/),
    )
  })

  test('hears strangers too', async () => {
    const chain = await running()
    const { config, port } = chain.mta('middle')
    const client = await connect({ host: config.address, port })
    await client.write('EHLO ü\r\nfoo\r\nQUIT\r\n')
    await client.closed
    const heard = chain.mta('middle').transcript
    expect(said(heard)).toEqual(expect.arrayContaining(['C: EHLO ü', 'C: foo', 'C: QUIT', 'S: 221 2.0.0 Bye']))
  })

  test('keeps nothing where nobody wants it', async () => {
    const chain = await running({ transcripts: false })
    await (await chain.send({ content })).delivered()
    expect(chain.mta('last').transcript).toEqual([])
    expect(chain.mta('last').received.map(({ content: octets }) => octets)).toEqual([null])
  })

  test('keeps no large contents', async () => {
    const chain = await running()
    for (const size of [3_900_000, 4_100_000]) {
      const large = 'To: b@example.test\r\n\r\n'.padEnd(size, `${'x'.repeat(70)}\r\n`)
      await (await chain.inject('last', { content: `${large}\r\n` })).delivered()
    }
    expect(chain.mta('last').received.map(({ content: octets }) => octets !== null)).toEqual([true, false])
  })
})

describe('a message', () => {
  test.each([
    ['octets', () => Buffer.from(content)],
    ['content', () => ({ content })],
    ['a file', file => ({ file })],
    ['a file’s URL', file => ({ file: pathToFileURL(file) })],
    ['nodemailer’s options', () => ({ from: 'a@example.test', to: 'b@example.test, c@example.test', text: 'Hello' })],
  ] satisfies [string, (file: string) => Parameters<Chain['send']>[0]][])('is given as %s', async (_name, given) => {
    const file = join(temporaryFolder(), 'message.eml')
    await writeFile(file, content.replaceAll('\r\n', '\n'))
    const chain = await running()
    const mails = await (await chain.send(given(file))).delivered()
    expect(mails.map(({ recipient, reversePath }) => [recipient, reversePath])).toEqual([
      ['b@example.test', 'a@example.test'],
      ['c@example.test', 'a@example.test'],
    ])
    expect(mails.every(mail => String(mail.content).endsWith('\r\n\r\nHello\r\n'))).toBe(true)
  })

  test('has the envelope that stands beside the file', async () => {
    const file = join(temporaryFolder(), 'message.eml')
    await writeFile(file, content)
    const chain = await running()
    const [mail] = await (await chain.send({ file, envelope: { from: null, to: 'd@example.test' } })).delivered()
    expect([mail?.recipient, mail?.reversePath]).toEqual(['d@example.test', null])
  })

  test.each([
    ['Return-Path: <r@example.test>\r\n', 'r@example.test'],
    ['Return-Path: <>\r\n', null],
    ['Content-Type: multipart/report; boundary=x\r\n', null],
  ])('without an envelope is from the sender that its header tells: %j', async (field, reversePath) => {
    const chain = await running()
    const [mail] = await (await chain.send(Buffer.from(field + content))).delivered()
    expect(mail?.reversePath).toBe(reversePath)
  })

  test('that is in no file is told', async () => {
    const chain = await running()
    await expect(chain.send({ file: 'no/such.eml' })).rejects.toThrow('ENOENT')
  })

  test('begins in the middle, and is expected from there on', async () => {
    const chain = await running()
    const [mail] = await (await chain.inject('middle', { content })).delivered()
    if (!mail) throw new Error('no mail')
    expect(mail.entry).toBe('middle')
    const expected = chain.expectedPath(mail)
    expect(expected.hops.map(({ mta }) => mta)).toEqual(['middle', 'last'])
    const verdict = await check(mail.content, expected, { journal: chain.journal })
    expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal' })
    await expect(chain.inject('nowhere', { content })).rejects.toThrow('the chain has no MTA "nowhere"')
  })

  test('is found in its mailbox, reports too', async () => {
    const chain = await running()
    chain.faults.add('last', { at: 'rcpt', reply: '550 5.1.1 No such user', match: { recipient: 'c@example.test' } })
    await chain.send({ content })
    await chain.waitFor('delivered', { to: 'a@example.test' })
    const [mail, ...others] = await chain.mailbox('b@EXAMPLE.test')
    expect([mail?.recipient, mail?.entry, others]).toEqual(['b@example.test', 'first', []])
    const [report] = await chain.mailbox('a@example.test')
    expect([report?.reversePath, report?.entry]).toEqual([null, 'middle'])
    expect(String(report?.content)).toContain('Status: 5.1.1')
    expect(await chain.mailbox('*@example.test')).toHaveLength(2)
    expect(await chain.mailbox('nobody@example.test')).toEqual([])
  })

  test.each([undefined, null, 5])('is not found where %s is its name', async recipient => {
    const chain = await running()
    const untyped: (...given: never[]) => Promise<unknown> = (...given: [never]) => chain.mailbox(...given)
    const found = `recipient: expected a text, found ${recipient}`
    await expect(Reflect.apply(untyped, null, [recipient])).rejects.toThrow(new TypeError(found))
  })
})
