/**
 * Messages in mailboxes over HTTP: listed, read, judged, removed; with a chain on disk what earlier starts left too.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ChainInput } from '../../src/config/schema.js'
import { storedShownSchema, verdictSchema } from '../../src/control/message-answers.js'
import { newFolder } from './controlling.js'
import { delivered, list, mail } from './mailing.js'
import { serve } from './serving.js'

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

  it('a report too, which an MTA made itself', async () => {
    const serving = await serve()
    serving.chain.faults.add('second', { at: 'rcpt', reply: '550 5.1.1 No such user' })
    await serving.post('/messages', mail)
    await serving.chain.waitFor('delivered', { to: 'a@example.test' })
    const [report] = (await list(serving)).messages
    expect(report).toMatchObject({ from: null, recipient: 'a@example.test' })
    expect((await serving.ask('GET', `${report?.path}/verdict`)).json).toMatchObject({
      verdict: 'pass',
      evidence: 'message+journal',
      recipient: 'a@example.test',
      findings: [{ code: 'bounced' }],
    })
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
