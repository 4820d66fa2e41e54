import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compose, type Mail, type RawMail } from '../../src/chain/compose.js'

const envelope = { from: 'a@example.test', to: 'b@example.test' }

async function contentOf(mail: Mail): Promise<string> {
  return (await compose(mail)).content.toString('latin1')
}

describe('a message as it is', () => {
  test('keeps its octets and takes its envelope', async () => {
    const content = Uint8Array.from([83, 58, 13, 10, 13, 10, 0, 255, 13, 10])
    expect(await compose({ envelope, content })).toEqual({
      reversePath: 'a@example.test',
      recipients: ['b@example.test'],
      smtpUtf8: false,
      content: Buffer.from(content),
    })
  })

  test('is the part of a buffer that was given', async () => {
    const whole = Buffer.from('xxhi\r\nxx')
    expect(await contentOf({ envelope, content: whole.subarray(2, 6) })).toBe('hi\r\n')
  })

  test('as a string is UTF-8', async () => {
    expect((await compose({ envelope, content: 'ü\r\n' })).content).toEqual(Buffer.from('ü\r\n'))
  })

  test.each([
    ['LF alone becomes CRLF', 'S: x\n\nhi\n', 'S: x\r\n\r\nhi\r\n'],
    ['CRLF stays', 'S: x\r\n\r\nhi\r\n', 'S: x\r\n\r\nhi\r\n'],
    ['a mixture stays, and an MTA refuses it', 'S: x\r\n\nhi\r\n', 'S: x\r\n\nhi\r\n'],
    ['CR alone stays, and an MTA refuses it', 'S: x\rhi\r', 'S: x\rhi\r'],
    ['nothing stays nothing', '', ''],
  ])('%s', async (_name, content, expected) => {
    expect(await contentOf({ envelope, content })).toBe(expected)
    expect(await contentOf({ envelope, content: Buffer.from(content) })).toBe(expected)
  })

  test.each([null, ''])('the reverse-path %o is the null one', async from => {
    expect((await compose({ envelope: { from, to: 'b@example.test' }, content: '' })).reversePath).toBeNull()
  })

  test('recipients that differ in case are two, the same one twice is one', async () => {
    const to = ['b@example.test', 'B@example.test', 'b@example.test']
    expect((await compose({ envelope: { from: null, to }, content: '' })).recipients).toEqual([
      'b@example.test',
      'B@example.test',
    ])
  })

  test.each([
    ['an internationalised recipient', 'ü@example.test', 'S: x\r\n\r\n', true],
    ['UTF-8 in the header', 'b@example.test', 'S: ü\r\n\r\n', true],
    ['UTF-8 in the body alone', 'b@example.test', 'S: x\r\n\r\nü\r\n', false],
    ['what is no UTF-8 in the header', 'b@example.test', Buffer.from([83, 58, 255, 13, 10]), false],
    ['ASCII', 'b@example.test', 'S: x\r\n\r\n', false],
  ])('SMTPUTF8 for %s', async (_name, to, content, expected) => {
    expect((await compose({ envelope: { from: null, to }, content })).smtpUtf8).toBe(expected)
  })

  test.each<[RawMail, string]>([
    [{ envelope: { from: 'nobody', to: 'b@example.test' }, content: '' }, 'not a mail address: nobody'],
    [{ envelope: { from: 'x\u009b@a.test', to: 'b@example.test' }, content: '' }, 'not a mail address: x\\x9b@a.test'],
    [{ envelope: { from: null, to: ['b@example.test', ''] }, content: '' }, 'not a mail address: '],
    [
      { envelope: { from: null, to: 'b@example.test, c@example.test' }, content: '' },
      'not a mail address: b@example.test, c',
    ],
    [{ envelope: { from: null, to: 'b@example.test>\r\nRCPT TO:<c@example.test' }, content: '' }, 'not a mail address'],
    [{ envelope: { from: null, to: [] }, content: '' }, 'at least one recipient'],
  ])('%o is a TypeError', async (mail, text) => {
    await expect(compose(mail)).rejects.toThrow(TypeError)
    await expect(compose(mail)).rejects.toThrow(text)
  })

  test.each([
    ['no envelope', { content: 'x' }, 'in its envelope, or in To or Cc'],
    ['no recipients', { content: 'x', envelope: { from: null } }, 'at least one recipient'],
    ['a path', 'mail.eml', 'expected { file: "mail.eml" } for a file'],
    ['a number', { content: 5, envelope }, 'must be a string or a Uint8Array'],
    ['null', { content: null, envelope }, 'must be a string or a Uint8Array'],
  ])('callers without types are told: %s', async (_name, mail, text) => {
    const untyped: (mail: never) => Promise<unknown> = compose
    await expect(Reflect.apply(untyped, null, [mail])).rejects.toThrow(text)
  })
})

describe("a mail of nodemailer's parts", () => {
  const parts = { from: 'Ann <a@example.test>', to: 'b@example.test', subject: 'Tea', text: 'At four.\nBring cake.' }

  test('has its envelope from its fields, lines that end with CRLF, and no 8-bit octet', async () => {
    const { reversePath, recipients, smtpUtf8, content } = await compose({ ...parts, text: 'Grüße\n' })
    expect([reversePath, recipients, smtpUtf8]).toEqual(['a@example.test', ['b@example.test'], false])
    expect(content.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]|[\u0080-\u00FF]/)
    expect(await contentOf({ ...parts, newline: 'unix' })).toContain('At four.\r\nBring cake.')
  })

  test('goes to To, Cc and Bcc, and Bcc is not in it', async () => {
    const { recipients, content } = await compose({
      ...parts,
      to: ['b@example.test', { name: 'C', address: 'c@example.test' }],
      cc: 'Team: d@example.test, e@example.test;',
      bcc: 'f@example.test',
    })
    expect(recipients).toEqual(['b', 'c', 'd', 'e', 'f'].map(name => `${name}@example.test`))
    expect(content.toString()).not.toMatch(/^bcc:|\bf@example/im)
  })

  test('goes where an envelope says', async () => {
    const { reversePath, recipients } = await compose({ ...parts, envelope: { from: '', to: ['x@example.test'] } })
    expect([reversePath, recipients]).toEqual([null, ['x@example.test']])
  })

  test('without a sender has the null reverse-path', async () => {
    expect((await compose({ to: 'b@example.test', text: 'x' })).reversePath).toBeNull()
  })

  test('carries attachments, given or read from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'compose-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'a.txt')
    await writeFile(path, 'from a file')
    const attachments = [{ filename: 'b.txt', content: 'given' }, { path }]
    const content = await contentOf({ ...parts, attachments })
    for (const text of ['given', 'from a file']) expect(content).toContain(Buffer.from(text).toString('base64'))
    await expect(compose({ ...parts, attachments: [{ path: join(folder, 'none') }] })).rejects.toThrow('ENOENT')
  })

  test.each<[Mail, string]>([
    [{ ...parts, to: 'b@example.test, nonsense' }, 'not a mail address: nonsense'],
    [{ ...parts, to: ['b@example.test', 'nonsense'] }, 'not a mail address: nonsense'],
    [{ ...parts, from: 'nonsense' }, 'not a mail address: nonsense'],
    [{ ...parts, cc: { name: 'C', address: 'c@' } }, 'not a mail address: c@'],
    [{ ...parts, bcc: 'Team: d@example.test, e;' }, 'not a mail address: e'],
    [
      { ...parts, envelope: { from: 'a@example.test', to: ['b@example.test', 'nonsense'] } },
      'not a mail address: nonsense',
    ],
    [{ ...parts, to: [] }, 'at least one recipient'],
    [{ ...parts, to: 'undisclosed-recipients:;' }, 'at least one recipient'],
    [{ subject: 'x' }, 'at least one recipient'],
  ])('%o is a TypeError', async (mail, text) => {
    await expect(compose(mail)).rejects.toThrow(TypeError)
    await expect(compose(mail)).rejects.toThrow(text)
  })
})

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [new URL('file:///a.eml'), 'URL'],
  [['a.eml'], 'Array'],
])('%o is no mail', async (mail, found) => {
  const refused = Reflect.apply(compose, null, [mail])
  await expect(refused).rejects.toThrow(
    new TypeError(`no mail: expected nodemailer's options, octets, { content } or { file }, found ${found}`),
  )
})
