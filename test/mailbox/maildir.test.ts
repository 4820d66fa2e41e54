/**
 * Deliveries into real folders.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { Maildir } from '../../src/mailbox/maildir.js'
import { temporaryFolder } from '../queue/spools.js'
import { delivery, filesIn } from './deliveries.js'

test('a message lies in new/ of its recipient, octet for octet, under a name of its own', async () => {
  const folder = temporaryFolder()
  const maildir = new Maildir(folder)
  const text = 'Return-Path: <a@example.test>\r\nSubject: \r\n\r\nä\r\n..\r\nno end'
  const first = delivery('b@example.test', text)
  const file = await maildir.deliver(first)
  expect(file).toBe(`b@example.test/new/1795514400.Q${first.id}.mailbox.chain.test`)
  expect(readFileSync(join(folder, file), 'utf8')).toBe(text)
  expect(Buffer.from(await maildir.read('b@example.test', first.id, file)).toString()).toBe(text)
  await maildir.deliver(delivery('b@example.test', ''))
  expect(filesIn(join(folder, 'b@example.test'))).toEqual({
    tmp: [],
    new: [expect.anything(), expect.anything()],
    cur: [],
  })
})

test('recipients whose names are no file names have their folders all the same', async () => {
  const folder = temporaryFolder()
  const maildir = new Maildir(folder)
  const recipients = [
    '"/../x"@example.test',
    '".."@example.test',
    'ü%/@example.test',
    `${'ü'.repeat(110)}@example.test`,
  ]
  for (const recipient of recipients) {
    const file = await maildir.deliver(delivery(recipient, recipient))
    expect(file.split('/')).toHaveLength(3)
    expect(readFileSync(join(folder, file), 'utf8')).toBe(recipient)
  }
})

test('the same queue id again replaces the message, here and after a restart', async () => {
  const folder = temporaryFolder()
  const first = delivery('b@example.test', 'first, cut o')
  const again = delivery('b@example.test', 'first, whole', first.id)
  const maildir = new Maildir(folder)
  await maildir.deliver(first)
  await maildir.deliver(again)
  const file = await new Maildir(folder).deliver(again)
  expect(filesIn(join(folder, 'b@example.test'))).toMatchObject({ tmp: [], new: [expect.anything()] })
  expect(readFileSync(join(folder, file), 'utf8')).toBe('first, whole')
})

test('what a crash left in tmp/ is replaced by the next attempt', async () => {
  const folder = temporaryFolder()
  const message = delivery('b@example.test', 'whole')
  const file = await new Maildir(folder).deliver(message)
  const left = join(folder, file.replace('/new/', '/tmp/'))
  await rename(join(folder, file), left)
  writeFileSync(left, 'longer than the message is, and half')
  expect(readFileSync(join(folder, await new Maildir(folder).deliver(message)), 'utf8')).toBe('whole')
  expect(filesIn(join(folder, 'b@example.test'))).toMatchObject({ tmp: [], new: [expect.anything()] })
})

test('many at once, to one recipient and to several, all arrive', async () => {
  const folder = temporaryFolder()
  const maildir = new Maildir(folder)
  const messages = Array.from({ length: 60 }, (_, n) => delivery(`${n % 3}@example.test`, `message ${n}`))
  const files = await Promise.all(messages.map(message => maildir.deliver(message)))
  expect(new Set(files).size).toBe(60)
  files.forEach((file, n) => expect(readFileSync(join(folder, file), 'utf8')).toBe(`message ${n}`))
})

describe('a delivery that fails rejects, leaves nothing half-written, and the next one is free of it', () => {
  test('a file in the way of the mailbox', async () => {
    const folder = temporaryFolder()
    const maildir = new Maildir(folder)
    writeFileSync(join(folder, 'b@example.test'), '')
    const message = delivery('b@example.test', 'x')
    await expect(maildir.deliver(message)).rejects.toThrow(/ENOTDIR|EEXIST/)
    rmSync(join(folder, 'b@example.test'))
    await maildir.deliver(message)
    expect(filesIn(join(folder, 'b@example.test'))).toMatchObject({ tmp: [], new: [expect.anything()] })
  })

  test('a folder in the way of the message', async () => {
    const folder = temporaryFolder()
    const maildir = new Maildir(folder)
    const message = delivery('b@example.test', 'x')
    const file = await maildir.deliver(message)
    rmSync(join(folder, file))
    mkdirSync(join(folder, file))
    await expect(maildir.deliver(message)).rejects.toThrow(/EISDIR/)
    expect(filesIn(join(folder, 'b@example.test'))).toMatchObject({ tmp: [] })
  })

  test('a content that can not be read to its end', async () => {
    const folder = temporaryFolder()
    const maildir = new Maildir(folder)
    function* broken(): Iterable<Uint8Array> {
      yield Buffer.alloc(100_000)
      throw new Error('piece 2 is damaged')
    }
    await expect(maildir.deliver(delivery('b@example.test', broken))).rejects.toThrow('piece 2 is damaged')
    expect(filesIn(join(folder, 'b@example.test'))).toEqual({ tmp: [], new: [], cur: [] })
  })

  test('a mailbox that was taken away while the chain runs', async () => {
    const folder = temporaryFolder()
    const maildir = new Maildir(folder)
    await maildir.deliver(delivery('b@example.test', 'x'))
    rmSync(join(folder, 'b@example.test'), { recursive: true })
    const message = delivery('b@example.test', 'y')
    await expect(maildir.deliver(message)).rejects.toThrow(/ENOENT/)
    await maildir.deliver(message)
    expect(filesIn(join(folder, 'b@example.test'))).toMatchObject({ tmp: [], new: [expect.anything()] })
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test('50 MB pass without the memory holding them', async () => {
  const folder = temporaryFolder()
  let most = 0
  const before = process.memoryUsage().arrayBuffers
  function* large(): Iterable<Uint8Array> {
    for (let n = 0; n < 800; n++) {
      yield Buffer.alloc(62_500)
      if (n % 100 !== 50) continue
      collectGarbage()
      collectGarbage()
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
  }
  const file = await new Maildir(folder).deliver(delivery('b@example.test', large))
  expect(statSync(join(folder, file)).size).toBe(50_000_000)
  expect(most).toBeLessThan(4_000_000)
})
