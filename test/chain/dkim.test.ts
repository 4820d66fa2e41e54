import { readFileSync } from 'node:fs'
import { dkimVerify } from 'mailauth'
import { beforeAll, expect, test } from 'vitest'
import key from '../../fixtures/dkim/key.json' with { type: 'json' }
import { startChain } from '../../src/index.js'
import { octetsOf } from '../fixtures/messages.js'

const publicKey = readFileSync(new URL('../../fixtures/dkim/public.txt', import.meta.url), 'utf8').trim()

let delivered: Buffer
beforeAll(async () => {
  const chain = await startChain({
    mtas: ['a', 'b', 'c', 'd', 'e'].map((name, at) => ({ name, address: `127.71.4.${at + 1}` })),
  })
  const envelope = { from: 'a@example.test', to: 'b@example.test' }
  const sent = await chain.send({ envelope, content: octetsOf('dkim.eml') })
  const [mail] = await sent.delivered()
  delivered = Buffer.from(mail?.content ?? [])
  await chain.close()
})

/** Results of all signatures. The one name that has a key is answered as a DNS server would. */
async function verify(message: Buffer): Promise<string[]> {
  const resolver = async (name: string): Promise<string[][]> => (name === key.recordName ? [[publicKey]] : [])
  const { results } = await dkimVerify(message, { resolver })
  return results.map(({ status }) => status.result)
}

test('a DKIM signature still verifies after five hops', async () => {
  expect(delivered.toString()).toMatch(/^Return-Path: .+\r\n(?:Received: .+\r\n(?: .+\r\n)+){5}DKIM-Signature: /)
  expect(await verify(delivered)).toEqual(['pass'])
})

test.each([
  { part: 'header', octet: 'Subject: S', result: 'fail' },
  { part: 'body', octet: '\r\n\r\nD', result: 'neutral' },
])('one changed octet of the $part makes it fail', async ({ octet, result }) => {
  const changed = Buffer.from(delivered)
  changed.write('X', changed.indexOf(octet) + octet.length - 1)
  expect(await verify(changed)).toEqual([result])
})
