import { expect, test } from 'vitest'
import { MemoryMailboxes } from '../../src/mailbox/memory.js'
import { delivery } from './deliveries.js'

test('a message is read as it was delivered, by recipient and queue id; the same id again replaces it', async () => {
  const mailboxes = new MemoryMailboxes()
  const message = delivery('b@example.test', 'one')
  expect(await mailboxes.deliver(message)).toBeNull()
  await mailboxes.deliver(delivery('B@example.test', 'other', message.id))
  await mailboxes.deliver(delivery('b@example.test', 'two', message.id))
  const text = async (recipient: string) => Buffer.from(await mailboxes.read(recipient, message.id)).toString()
  expect(await text('b@example.test')).toBe('two')
  expect(await text('B@example.test')).toBe('other')
  await expect(mailboxes.read('c@example.test', message.id)).rejects.toThrow(message.id)
})

test('a content that can not be read rejects, and nothing is delivered', async () => {
  const mailboxes = new MemoryMailboxes()
  const message = delivery('b@example.test', () => {
    throw new Error('damaged')
  })
  await expect(mailboxes.deliver(message)).rejects.toThrow('damaged')
  await expect(mailboxes.read('b@example.test', message.id)).rejects.toThrow('no message')
})
