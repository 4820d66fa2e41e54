/**
 * Messages over HTTP: sent, listed, read, judged, removed; with a chain on disk what earlier starts left too.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ChainInput } from '../../src/config/schema.js'
import { refusalSchema } from '../../src/control/answers.js'
import { sentSchema, storedListSchema, storedShownSchema, verdictSchema } from '../../src/control/message-answers.js'
import { newFolder } from './controlling.js'
import { serve, type Serving } from './serving.js'

const fixture = (name: string): Promise<Buffer> => readFile(new URL(`../../fixtures/messages/${name}`, import.meta.url))

/** Resolves once it lies in all mailboxes. */
async function delivered({ chain, post }: Serving, document: object, count = 1): Promise<void> {
  const before = (await chain.mailboxes.list()).length
  expect((await post('/messages', document)).status).toBe(200)
  await chain.waitFor('delivered', { count: before + count })
}

async function list({ ask }: Serving, query = '') {
  return storedListSchema.parse((await ask('GET', `/messages${query}`)).json)
}

const mail = { from: 'A <a@example.test>', to: 'b@example.test', subject: 'Grüße', text: 'Hi' }

describe('a message is sent', () => {
  it('as it is composed, to all of its recipients', async () => {
    const serving = await serve()
    await delivered(
      serving,
      {
        ...mail,
        to: ['b@example.test', 'C <c@example.test>'],
        cc: 'd@example.test',
        bcc: 'e@example.test',
        html: '<p>Hi',
      },
      4,
    )
    const { messages, more } = await list(serving)
    expect(messages.map(({ recipient }) => recipient).toSorted()).toEqual(
      ['b', 'c', 'd', 'e'].map(name => `${name}@example.test`),
    )
    expect(more).toBe(false)
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1)
    for (const { from, subject } of messages)
      expect({ from, subject }).toEqual({ from: 'a@example.test', subject: 'Grüße' })
    const raw = (await serving.ask('GET', `${messages[0]?.path}/raw`)).octets.toString()
    expect(raw).toContain('To: b@example.test, C <c@example.test>\r\n')
    expect(raw).not.toMatch(/[ <]e@example\.test/)
  })

  it('as it is, octet for octet', async () => {
    const serving = await serve()
    const { ask, chain } = serving
    const content = await fixture('plain.eml')
    const envelope = { from: 'a@example.test', to: ['b@example.test'] }
    for (const document of [
      { envelope, content: content.toString('base64'), encoding: 'base64' },
      { envelope, content: content.toString() },
    ])
      await delivered(serving, document)
    const headers = { 'content-type': 'message/rfc822' }
    const query = 'from=a@example.test&to=b@example.test&to=c@example.test'
    expect(await ask('POST', `/messages?${query}`, { headers, body: content })).toMatchObject({ status: 200 })
    await chain.waitFor('delivered', { count: 4 })
    const { messages } = await list(serving)
    expect(messages).toHaveLength(4)
    for (const { path, id, size } of messages) {
      const { octets, headers: said } = await ask('GET', `${path}/raw`)
      expect(octets.subarray(-content.length).equals(content)).toBe(true)
      expect(octets).toHaveLength(size)
      expect(said).toMatchObject({
        'content-type': 'message/rfc822',
        'content-disposition': `attachment; filename="${id}.eml"`,
      })
    }
  })

  it('by its own header, from the null reverse-path, and in the middle', async () => {
    const { ask, post, chain } = await serve()
    const headers = { 'content-type': 'message/rfc822; charset=utf-8' }
    const content = 'From: a@example.test\r\nTo: b@example.test\r\n\r\nHi\r\n'
    await ask('POST', '/messages', { headers, body: content })
    await ask('POST', '/messages?from=%3C%3E&to=c@example.test&mta=second', { headers, body: content })
    await post('/messages', { envelope: { from: null, to: 'd@example.test' }, content, mta: 'second' })
    await chain.waitFor('delivered', { count: 3 })
    const received = chain.mta('second').received.map(({ from, to, previous }) => [from, to[0], previous !== null])
    expect(received.toSorted()).toEqual(
      [
        [null, 'c@example.test', false],
        [null, 'd@example.test', false],
        ['a@example.test', 'b@example.test', true],
      ].toSorted(),
    )
  })

  it('to some of its recipients: who was refused is told', async () => {
    const mtas = [{ name: 'first', address: '127.82.254.1', recipients: ['b@example.test'] }]
    const { post } = await serve({ chain: { mtas } })
    const some = sentSchema.parse((await post('/messages', { ...mail, to: 'b@example.test, c@example.test' })).json)
    expect(some).toMatchObject({ ids: [expect.any(String)], refused: [{ recipient: 'c@example.test' }] })
    expect(some.refused[0]?.problem).toContain('550 5.7.1')
    const none = await post('/messages', { ...mail, to: 'c@example.test' })
    expect(none.status).toBe(409)
    expect(refusalSchema.parse(none.json).error).toContain('550 5.7.1')
  })

  it.each<[string, object, string]>([
    ['no recipient', { from: 'a@example.test', text: 'x' }, 'body: a message needs at least one recipient'],
    ['no address', { ...mail, to: 'nobody' }, 'body: not a mail address: nobody'],
    ['a file as its text', { ...mail, text: { path: '/etc/passwd' } }, 'body.text: found an object'],
    ['a URL as its text', { ...mail, html: { href: 'http://127.0.0.1:1/' } }, 'body.html: found an object'],
    ['an attachment', { ...mail, attachments: [{ path: '/etc/passwd' }] }, 'body: unknown: attachments'],
    ['a whole message as nodemailer takes it', { ...mail, raw: { path: '/etc/passwd' } }, 'body: unknown: raw'],
    [
      'a file',
      { file: '/etc/passwd', envelope: { from: null, to: 'b@example.test' } },
      'body: unknown: file, envelope',
    ],
    ['both', { ...mail, content: 'x' }, 'body: found an object'],
    ['no MTA of that name', { ...mail, mta: 'third' }, 'mta: the chain has no "third"'],
    ['no base64', { content: '%', encoding: 'base64', envelope: { from: null, to: 'b@example.test' } }, 'body.content'],
    ['a list', [mail], 'body: found a list'],
  ])('%s is refused', async (_, document, error) => {
    const { post, chain } = await serve()
    const { status, json } = await post('/messages', document)
    expect(status).toBe(400)
    expect(refusalSchema.parse(json).error).toContain(error)
    expect(chain.events.last).toBe(0)
  })

  it('lines in a subject or a name do not become fields, nor addresses recipients', async () => {
    const serving = await serve()
    await delivered(serving, {
      ...mail,
      from: '"A\r\nX-Evil: 1" <a@example.test>',
      subject: 'x\r\nBcc: evil@example.test\r\n\r\nbody',
    })
    const { messages } = await list(serving)
    expect(messages.map(({ recipient }) => recipient)).toEqual(['b@example.test'])
    const raw = (await serving.ask('GET', `${messages[0]?.path}/raw`)).octets.toString()
    expect(raw).not.toMatch(/^(?:Bcc|X-Evil):/im)
  })

  it('query and envelope are not guessed', async () => {
    const { ask, post } = await serve()
    expect(await post('/messages?mta=second', mail)).toMatchObject({ status: 400 })
    const headers = { 'content-type': 'message/rfc822' }
    for (const query of [
      'from=a@example.test',
      'to=b@example.test',
      'from=a@x.test&from=b@x.test&to=b@x.test',
      'bcc=x@x.test',
    ])
      expect(await ask('POST', `/messages?${query}`, { headers, body: 'x' })).toMatchObject({ status: 400 })
  })
})

describe('messages are listed', () => {
  it('the newest first, filtered, and no more than asked for', async () => {
    const serving = await serve()
    await delivered(
      serving,
      { envelope: { from: 'a@example.test', to: ['b@example.test', 'c@other.test'] }, content: 'x\r\n' },
      2,
    )
    await delivered(serving, {
      envelope: { from: null, to: 'b@example.test' },
      content: 'Subject: =?utf-8?q?=C3=BC?=\r\n\r\nx\r\n',
    })
    const all = await list(serving)
    expect(all.messages.map(({ from }) => from)).toEqual([null, 'a@example.test', 'a@example.test'])
    expect(all.messages[0]?.subject).toBe('ü')
    expect((await list(serving, '?to=*@OTHER.test')).messages).toMatchObject([{ recipient: 'c@other.test' }])
    expect((await list(serving, '?from=%3C%3E')).messages).toMatchObject([{ recipient: 'b@example.test' }])
    expect(await list(serving, '?limit=1')).toEqual({ messages: all.messages.slice(0, 1), more: true })
    expect(await list(serving, '?limit=3')).toEqual(all)
  })

  it('whatever their headers are', async () => {
    const serving = await serve()
    const contents = [
      '',
      '\r\n',
      'no header\r\n',
      `Subject: ${'x'.repeat(500)}\r\n\r\n`,
      'Subject: =?x?q?=FF?=\r\nTo: <<<<\r\n\r\n',
      `${'X: y\r\n'.repeat(20_000)}\r\n`,
    ]
    for (const content of contents)
      await delivered(serving, { envelope: { from: null, to: 'b@example.test' }, content })
    const { messages } = await list(serving)
    expect(messages).toHaveLength(contents.length)
    for (const { path } of messages) {
      const shown = await serving.ask('GET', path)
      expect(storedShownSchema.parse(shown.json).path).toBe(path)
    }
  })
})

describe('a message is judged', () => {
  it('by the journal: one that went all the way, one that began in the middle', async () => {
    const serving = await serve()
    const { ask } = serving
    await delivered(serving, mail)
    await delivered(serving, { ...mail, to: 'c@example.test', mta: 'second' })
    const verdictOf = async (path: string | undefined) =>
      verdictSchema.parse((await ask('GET', `${path}/verdict`)).json)
    const { messages } = await list(serving)
    for (const { path, recipient } of messages) {
      const verdict = await verdictOf(path)
      expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal', recipient })
      expect(verdict.path).toHaveLength(recipient === 'b@example.test' ? 2 : 1)
    }
  })

  it('one that was changed fails, and what an earlier start left is judged too', async () => {
    const folder = await newFolder()
    const chain: Partial<ChainInput> = { mailbox: 'maildir', mtas: [{ name: 'only', address: '127.82.254.2' }] }
    const onDisk = { folder, chain }
    const first = await serve(onDisk)
    await delivered(first, { ...mail, to: 'b@example.test, c@example.test' }, 2)
    await first.control.close()
    await first.chain.close()
    const serving = await serve(onDisk)
    const { messages } = await list(serving)
    const verdicts = async (): Promise<unknown[]> => {
      const asked = messages.map(async ({ path }) =>
        verdictSchema.parse((await serving.ask('GET', `${path}/verdict`)).json),
      )
      return (await Promise.all(asked)).map(({ verdict, findings }) => [verdict, findings.map(({ code }) => code)])
    }
    expect(await verdicts()).toEqual([
      ['pass', []],
      ['pass', []],
    ])
    const file = join(folder, 'mailbox', messages[0]?.file ?? '')
    await writeFile(file, (await readFile(file, 'utf8')).replace('Hi', 'Ho'))
    expect(await verdicts()).toEqual([
      ['fail', ['content-changed']],
      ['pass', []],
    ])
  })
})

describe('messages are removed', () => {
  it('one by one: from that mailbox alone, once', async () => {
    const serving = await serve()
    await delivered(serving, { ...mail, to: 'b@example.test, c@example.test' }, 2)
    const [message, other] = (await list(serving)).messages
    const path = message?.path ?? ''
    expect(await serving.ask('DELETE', path)).toMatchObject({ status: 200, json: { removed: 1 } })
    for (const [method, gone] of [
      ['DELETE', path],
      ['GET', path],
      ['GET', `${path}/raw`],
      ['GET', `${path}/verdict`],
    ] as const)
      expect(await serving.ask(method, gone)).toMatchObject({ status: 404 })
    expect((await list(serving)).messages).toEqual([other])
  })

  it('all that fit, where it is said that all are meant', async () => {
    const serving = await serve()
    await delivered(serving, { ...mail, to: 'b@example.test, c@example.test' }, 2)
    await delivered(serving, { envelope: { from: null, to: 'b@example.test' }, content: 'x\r\n' })
    const { ask } = serving
    for (const query of [
      '',
      '?all',
      '?all=1',
      '?all=false',
      '?to=*',
      '?all=true&two=b@example.test',
      '?all=true&all=true',
      '?all=true&to=a&to=b',
    ])
      expect(await ask('DELETE', `/messages${query}`)).toMatchObject({ status: 400 })
    expect(
      await ask('DELETE', '/messages', { headers: { 'content-type': 'application/json' }, body: '{"all":true}' }),
    ).toMatchObject({ status: 400 })
    expect((await list(serving)).messages).toHaveLength(3)
    const removed = async (query: string): Promise<unknown> => (await ask('DELETE', `/messages?all=true${query}`)).json
    expect(await removed('&to=nobody@*')).toEqual({ removed: 0 })
    expect(await removed('&from=a@*&to=b@*')).toEqual({ removed: 1 })
    expect(await removed('')).toEqual({ removed: 2 })
    expect((await list(serving)).messages).toEqual([])
  })
})

it.each([
  '/messages/..%2F..%2F..%2Fetc/passwd/raw',
  '/messages/%2E%2E/%2E%2E/raw',
  '/messages/../../etc/passwd',
  '/messages/b@example.test/..%2Fx/raw',
  '/messages/b@example.test%00/x/raw',
  '/messages/%ff/x/raw',
  '/messages//x/raw',
  '/messages/%/x',
])('%s is nothing', async path => {
  const serving = await serve()
  await delivered(serving, mail)
  for (const method of ['GET', 'DELETE']) {
    const { status, json } = await serving.ask(method, path)
    expect([404, 405]).toContain(status)
    expect(z.object({ error: z.string().min(1), expected: z.string().min(1) }).safeParse(json).success).toBe(true)
  }
  expect((await list(serving)).messages).toHaveLength(1)
})
