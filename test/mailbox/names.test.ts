/**
 * Different recipients have different folders, and all names fit.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QueueIds } from '../../src/queue/ids.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import { mailboxFolder, messageFile } from '../../src/mailbox/names.js'
import { mailbox } from '../queue/items.js'

const id = new QueueIds(new MemorySpool().origin).next()

describe('a recipient names its folder', () => {
  test.each([
    ['b@example.test', 'b@example.test'],
    ['B+tag_x-y.z@Example.test', 'B+tag_x-y.z@Example.test'],
    ['.hidden@example.test', '%2Ehidden@example.test'],
    ['..', '%2E.'],
    ['a/../b@example.test', 'a%2F..%2Fb@example.test'],
    ['100%@example.test', '100%25@example.test'],
    ['"x y"@example.test', '%22x%20y%22@example.test'],
    ['ü@example.test', '%C3%BC@example.test'],
    ['a:2,S@example.test', 'a%3A2%2CS@example.test'],
    ['b@[IPv6:::1]', 'b@%5BIPv6%3A%3A%3A1%5D'],
  ])('%s: %s', (recipient, folder) => {
    expect(mailboxFolder(recipient)).toBe(folder)
  })
})

const long = fc.string({
  unit: fc.constantFrom('a', 'A', '.', '/', '%', 'ü', '2', 'F', ' '),
  minLength: 1,
  maxLength: 254,
})

test('no two recipients share a folder, and each is a single name that file systems take', () => {
  const seen = new Map<string, string>()
  fc.assert(
    fc.property(fc.oneof(long, fc.string({ unit: 'grapheme', minLength: 1 })), recipient => {
      const folder = mailboxFolder(recipient)
      expect(folder).toMatch(/^[A-Za-z0-9@_+%-][A-Za-z0-9@._+%-]{0,239}$/)
      expect(seen.get(folder) ?? recipient).toBe(recipient)
      seen.set(folder, recipient)
    }),
    { numRuns: 500 },
  )
})

test('recipients that are long and differ at the end only, or in the case, have folders of their own', () => {
  const start = 'ü'.repeat(100)
  const folders = ['a', 'b', 'B', 'aa'].map(end => mailboxFolder(`${start}${end}@example.test`))
  expect(new Set(folders).size).toBe(4)
  for (const folder of folders) expect(folder).toMatch(/^(?:%C3%BC){33}%C%sha256-[0-9a-f]{32}$/)
})

test('a long name can not be made that is the digest of another', () => {
  const folder = mailboxFolder(`${'ü'.repeat(100)}@example.test`)
  expect(mailboxFolder(decodeURIComponent(`${folder.slice(0, 198)}%25${folder.slice(201)}`))).not.toBe(folder)
})

test('the longest hostname fits into the name of a file', () => {
  const hostname = `${'a.'.repeat(126)}b`
  const name = messageFile({
    id,
    recipient: mailbox('b@example.test'),
    reversePath: null,
    hostname,
    receivedAt: new Date('2026-11-24T10:00:00.999Z'),
    content: () => [],
  })
  expect(name).toMatch(/^1795514400\.Q[0-9A-Z]{10}\.a\.a\./)
  expect(name.length).toBeLessThan(256)
})
