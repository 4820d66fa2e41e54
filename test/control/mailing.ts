/**
 * Mail given to a chain over HTTP, and what is in its mailboxes then.
 */
import { expect } from 'vitest'
import { storedListSchema } from '../../src/control/message-answers.js'
import type { Serving } from './serving.js'

export const mail = { from: 'A <a@example.test>', to: 'b@example.test', subject: 'Grüße', text: 'Hi' }

/** Resolves once it lies in so many mailboxes. */
export async function delivered({ chain, post }: Serving, document: object, count = 1): Promise<void> {
  const before = (await chain.mailboxes.list()).length
  expect((await post('/messages', document)).status).toBe(200)
  await chain.waitFor('delivered', { count: before + count })
}

export async function list({ ask }: Serving, query = '') {
  return storedListSchema.parse((await ask('GET', `/messages${query}`)).json)
}
