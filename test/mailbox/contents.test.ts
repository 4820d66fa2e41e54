/**
 * What lies in mailboxes: found, read, removed, and nothing else.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mailboxes, StoredMessage } from '../../src/mailbox/mailbox.js'
import { Maildir } from '../../src/mailbox/maildir.js'
import { MemoryMailboxes } from '../../src/mailbox/memory.js'
import { folderOf, mailboxFolder, messageFile, readMessageFile, recipientOf } from '../../src/mailbox/names.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { QueueIds } from '../../src/queue/ids.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { temporaryFolder } from '../queue/spools.js'
import { delivery } from './deliveries.js'

async function textOf(mailboxes: Mailboxes, message: StoredMessage): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of mailboxes.content(message)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

describe.each([
  ['in a Maildir', () => new Maildir(temporaryFolder())],
  ['in memory', () => new MemoryMailboxes()],
])('messages %s', (_, make) => {
  test('are listed with all that tells them, the newest first', async () => {
    const mailboxes = make()
    const old = { ...delivery('b@example.test', 'old'), receivedAt: new Date('2026-11-24T09:00:00Z') }
    const ours = { ...delivery('b@example.test', 'newer'), receivedAt: new Date('2026-11-24T11:00:00Z') }
    const theirs = { ...delivery('ü/x@example.test', 'of another'), receivedAt: new Date('2026-11-24T10:00:00Z') }
    for (const each of [old, ours, theirs]) await mailboxes.deliver(each)
    const listed = await mailboxes.list()
    expect(listed).toMatchObject(
      [ours, theirs, old].map(({ recipient, id, receivedAt }) => ({ recipient, id, receivedAt })),
    )
    expect(listed.map(({ size }) => size)).toEqual([5, 10, 3])
    expect(await Promise.all(listed.map(message => textOf(mailboxes, message)))).toEqual(['newer', 'of another', 'old'])
    expect((await mailboxes.list(recipient => recipient === 'ü/x@example.test')).map(({ id }) => id)).toEqual([
      theirs.id,
    ])
  })

  test('are known by recipient and id: one copy lies in several mailboxes, and goes from one of them alone', async () => {
    const mailboxes = make()
    const first = delivery('b@example.test', 'b')
    await mailboxes.deliver(first)
    await mailboxes.deliver(delivery('c@example.test', 'c', first.id))
    const found = await mailboxes.find('b@example.test', first.id)
    if (!found) throw new Error('not found')
    expect(await mailboxes.remove(found)).toBe(true)
    expect(await mailboxes.remove(found)).toBe(false)
    expect(await mailboxes.find('b@example.test', first.id)).toBeNull()
    await expect(textOf(mailboxes, found)).rejects.toThrow(first.id)
    expect(await mailboxes.list()).toMatchObject([{ recipient: 'c@example.test' }])
  })

  test('are not there for other names', async () => {
    const mailboxes = make()
    const { id } = delivery('b@example.test', 'b')
    for (const [recipient, other] of [
      ['', id],
      ['b@example.test', ''],
      ['.', id],
      ['..', '..'],
      ['b@example.test', '*'],
    ])
      expect(await mailboxes.find(recipient ?? '', other ?? '')).toBeNull()
    expect(await mailboxes.list()).toEqual([])
  })
})

describe('a Maildir', () => {
  test('has what earlier starts left, and what a mail program has moved to cur/ and marked', async () => {
    const folder = temporaryFolder()
    const message = delivery('b@example.test', 'seen')
    const file = await new Maildir(folder).deliver(message)
    const seen = file.replace('/new/', '/cur/').concat(':2,S')
    renameSync(join(folder, file), join(folder, seen))
    const maildir = new Maildir(folder)
    const [listed] = await maildir.list()
    expect(listed).toMatchObject({ id: message.id, file: seen })
    expect(listed && (await textOf(maildir, listed))).toBe('seen')
    expect(listed && (await maildir.remove(listed))).toBe(true)
    expect(existsSync(join(folder, seen))).toBe(false)
  })

  test('knows a mailbox whose recipient is too long for a name by its folder', async () => {
    const maildir = new Maildir(temporaryFolder())
    const message = delivery(`${'ü'.repeat(110)}@example.test`, 'long')
    await maildir.deliver(message)
    const [listed] = await maildir.list()
    expect(listed?.recipient).toBe(mailboxFolder(message.recipient))
    for (const recipient of [message.recipient, listed?.recipient ?? ''])
      expect(await maildir.find(recipient, message.id)).toMatchObject({ id: message.id })
  })

  test('passes over what is not its own: other files, folders, tmp/', async () => {
    const folder = temporaryFolder()
    const maildir = new Maildir(folder)
    const { id } = delivery('b@example.test', '')
    const name = `1795514400.Q${id}.mailbox.chain.test`
    for (const place of ['new', 'cur', 'tmp']) mkdirSync(join(folder, 'b@example.test', place), { recursive: true })
    mkdirSync(join(folder, 'a b', 'new'), { recursive: true })
    mkdirSync(join(folder, 'b@example.test/cur', name))
    for (const file of ['a b/new', 'b@example.test/tmp']) writeFileSync(join(folder, file, name), 'x')
    for (const file of ['notes.txt', '1795514400.M1P2.host', '1.Q.host'])
      writeFileSync(join(folder, 'b@example.test/new', file), 'x')
    writeFileSync(join(folder, 'file'), 'x')
    expect(await maildir.list()).toEqual([])
    expect(await maildir.find('b@example.test', id)).toBeNull()
  })
})

describe('nothing outside the mailbox folder is read or removed:', () => {
  const { id } = delivery('b@example.test', '')
  const name = `1795514400.Q${id}.host`

  const digest = `%sha256-${'0'.repeat(32)}`

  /** A secret beside the mailbox folder, under a message's name. */
  function withSecret() {
    const above = temporaryFolder()
    const folder = join(above, 'state', 'mailbox')
    const outside = join(above, digest)
    mkdirSync(join(folder, 'b@example.test', 'cur'), { recursive: true })
    mkdirSync(join(outside, 'new'), { recursive: true })
    const secret = join(outside, 'new', name)
    writeFileSync(secret, 'secret')
    return { outside, folder, secret, maildir: new Maildir(folder) }
  }

  async function expectNothing(maildir: Maildir, recipient: string, secret: string): Promise<void> {
    expect(await maildir.find(recipient, id)).toBeNull()
    expect(await maildir.list()).toEqual([])
    const claimed = { recipient, id, receivedAt: new Date(), size: 6, file: `../../${digest}/new/${name}` }
    await expect(textOf(maildir, claimed)).rejects.toThrow(id)
    expect(await maildir.remove(claimed)).toBe(false)
    expect(readFileSync(secret, 'utf8')).toBe('secret')
  }

  test.each([
    ['a path up', `../../${digest}`],
    ['a path up, encoded as a folder is', `%2E./../${digest}`],
    ['a path up, as long as a shortened name', `../..${'/.'.repeat(97)}/${digest}`],
    ['a zero', 'b@example.test\u0000'],
  ])('%s', async (_, recipient) => {
    const { maildir, secret } = withSecret()
    await expectNothing(maildir, recipient, secret)
  })

  test('a mailbox that is a link', async () => {
    const { outside, folder, maildir, secret } = withSecret()
    symlinkSync(outside, join(folder, 'c@example.test'))
    await expectNothing(maildir, 'c@example.test', secret)
  })

  test('a new/ that is a link', async () => {
    const { outside, folder, maildir, secret } = withSecret()
    symlinkSync(join(outside, 'new'), join(folder, 'b@example.test', 'new'))
    await expectNothing(maildir, 'b@example.test', secret)
  })

  test('a message that is a link', async () => {
    const { folder, maildir, secret } = withSecret()
    symlinkSync(secret, join(folder, 'b@example.test', 'cur', name))
    await expectNothing(maildir, 'b@example.test', secret)
  })
})

describe('names are read back', () => {
  test('every id of every dialect, whatever the hostname and the flags', () => {
    const ids = new QueueIds(new MemorySpool().origin)
    const made = delivery('b@example.test', '')
    for (const stamp of ['rfc5321', ...stampNames]) {
      for (const hostname of ['host', 'mailbox.chain.test', '1.2.example', 'ABCDEF0123456789.test']) {
        const id = ids.next(stamp, new Date('2026-11-24T10:00:00Z'))
        const receivedAt = new Date('2026-11-24T10:00:00Z')
        const name = messageFile({ ...made, id, receivedAt, hostname })
        expect(readMessageFile(name)).toEqual({ id, receivedAt })
        expect(readMessageFile(`${name}:2,RS`)).toEqual({ id, receivedAt })
      }
    }
  })

  test('each recipient by its folder, and a folder by what it is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 254 }), recipient => {
        const folder = mailboxFolder(recipient)
        const told = recipientOf(folder)
        expect(told).toBe(folder.includes('%sha256-') ? folder : recipient)
        expect(folderOf(told ?? '')).toBe(folder)
      }),
    )
  })
})
