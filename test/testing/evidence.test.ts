/**
 * What a failed test shows of its chain.
 */
import { expect, it } from 'vitest'
import { evidenceOf } from '../../src/testing/evidence.js'
import { chainOf, hello } from './kit.js'

it('shows events and headers since the test began, also once the chain is closed', async () => {
  const chain = await chainOf(['first', 'last'])
  expect(evidenceOf(chain, 0)).toBe('What happened in the chain: nothing')
  await (await chain.send({ ...hello, subject: 'before' })).delivered()
  await chain.idle()
  const since = chain.events.last
  await (await chain.send({ ...hello, subject: 'after', text: 'a body is not shown' })).delivered()
  await chain.close()
  const text = evidenceOf(chain, since)
  expect(text).toMatch(
    /^What happened in the chain:\n {2}[\d:.]{12} first received \w+ from 127\.0\.0\.1 for b@example\.test\n/,
  )
  expect(text).toMatch(
    /\nDelivered to b@example\.test as \w+:\n {2}Received: from first\.chain\.test [^]*\n {2}Subject: after\n/,
  )
  expect(text).not.toMatch(/before|a body/)
})

it('shows what a message holds, and sends none of it to the terminal', async () => {
  const chain = await chainOf(['only'])
  const content = Buffer.from('Subject: \u001b]0;owned\u0007 \u202e\r\nX: \u009b31m\r\n\r\nHi\r\n')
  await (await chain.send({ envelope: { from: null, to: 'b@example.test' }, content })).delivered()
  const text = evidenceOf(chain, 0)
  expect(text).toContain('  Subject: \\x1b]0;owned\\x07 \\x202e\n')
  expect(text).not.toMatch(/[\u001b\u0007\u202e\u009b\r]/)
})

it('cuts what is large', async () => {
  const chain = await chainOf(['only'])
  const content = `${Array.from({ length: 200 }, (_, at) => `X-${at}: ${'x'.repeat(900)}`).join('\r\n')}\r\n\r\n`
  const envelope = { from: null, to: 'b@example.test' }
  for (let n = 0; n < 60; n++) await (await chain.send({ envelope, content })).delivered()
  const text = evidenceOf(chain, 0)
  expect(text.length).toBeLessThan(80_000)
  expect(text).toMatch(/^ {2}\d+ events before$/m)
  expect(text).toMatch(/^ {2}… \d+ characters more$/m)
  expect(text).toMatch(/\nand 50 more messages$/)
})

it('is content without the octets where the chain keeps none', async () => {
  const chain = await chainOf(['only'], {}, { transcripts: false })
  await (await chain.send(hello)).delivered()
  expect(evidenceOf(chain, 0)).toMatch(/\n {2}Received: from client\.chain\.test [^]*\n {2}\(not kept\)$/)
})
