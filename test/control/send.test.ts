/**
 * Messages sent over HTTP: composed, as they are, in the middle; and what is refused.
 */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { refusalSchema } from '../../src/control/answers.js'
import { sentSchema } from '../../src/control/message-answers.js'
import { delivered, list, mail } from './mailing.js'
import { serve } from './serving.js'

const fixture = (name: string): Promise<Buffer> => readFile(new URL(`../../fixtures/messages/${name}`, import.meta.url))

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
    const received = chain.mta('second').received.map(({ from, to, previous }) => [to[0], [from, previous !== null]])
    expect(new Map(received.map(([to, facts]) => [to, facts]))).toEqual(
      new Map([
        ['b@example.test', ['a@example.test', true]],
        ['c@example.test', [null, false]],
        ['d@example.test', [null, false]],
      ]),
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
    [
      'no sender in an envelope',
      { content: 'x', envelope: { from: 5, to: 'b@example.test' } },
      'body.envelope.from: found 5',
    ],
    ['no content', { content: 5, envelope: { from: null, to: 'b@example.test' } }, 'body.content: found 5'],
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
