/**
 * A next MTA that does not answer, in a whole chain on a clock that jumps: who dials it, what waits, who is told.
 */
import { expect, test } from 'vitest'
import type { Chain, FaultInput, JournalEvent } from '../../src/index.js'
import { began, chainOf, datesOf, day, hour, mail, minute, start } from './simulated.js'

const clock = { start, speed: 'jump' } as const
const dead = { at: 'connect', drop: true } as const

function two(host: number, faults: readonly FaultInput[]) {
  const second = { name: 'second', address: `127.89.${host}.2`, faults: [...faults] }
  return [{ name: 'first', address: `127.89.${host}.1` }, second]
}

const count = (events: readonly JournalEvent[], kind: JournalEvent['event']): number =>
  events.filter(({ event }) => event === kind).length

async function sendMany(chain: Chain, messages: number): Promise<Uint8Array[]> {
  const sent = await Promise.all(Array.from({ length: messages }, () => chain.send(mail)))
  const arrived = await Promise.all(sent.map(each => each.delivered()))
  return arrived.flat().map(({ content }) => content)
}

test('a hundred messages wait for it, few dial it, and all arrive as soon as it answers', async () => {
  const first = 10
  const { chain, events } = await chainOf({ mtas: two(1, [{ ...dead, first }]), clock })
  const contents = await sendMany(chain, 100)
  // a few at once, then a probe at a time
  expect(count(events, 'fault')).toBe(first)
  expect(count(events, 'delivered')).toBe(100)
  const last = contents.map(content => (datesOf(content).at(-1) ?? 0) - (datesOf(content)[0] ?? 0))
  expect(Math.min(...last)).toBeGreaterThan(hour)
  // nothing of what they waited for is left to jump to
  const settled = chain.clock.now().getTime()
  await chain.idle()
  expect(chain.clock.now().getTime() - settled).toBeLessThan(minute)
})

test('the sender of each message that waits is told once of the delay, and of the end', async () => {
  const { chain, events } = await chainOf({ mtas: two(2, [dead]), clock })
  const sent = await Promise.all(Array.from({ length: 40 }, () => chain.send(mail)))
  await Promise.all(sent.map(each => expect(each.delivered()).rejects.toThrow(/554 5\.4\.7 Delivery time expired/)))
  await chain.idle()
  const told = (action: string) => events.filter(event => event.event === 'reported' && event.action === action)
  expect(told('delayed')).toHaveLength(40)
  expect(count(events, 'bounced')).toBe(40)
  // each report is in the sender's mailbox at once, although the next MTA is dead
  expect(events.filter(event => event.event === 'delivered' && event.recipient === 'a@example.test')).toHaveLength(80)
  expect(chain.clock.now().getTime() - began).toBeGreaterThanOrEqual(5 * day)
  expect(chain.clock.now().getTime() - began).toBeLessThan(6 * day)
  expect(chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
  // 5 days of probes, 15 minutes apart at most: not 40 messages with a schedule each
  expect(count(events, 'fault')).toBeLessThan(5 * 24 * 4 + 40)
})

const needy = {
  'an 8-bit content': {
    hide: '8BITMIME',
    envelope: mail.envelope,
    content: Buffer.from('Subject: Tea\r\n\r\nGrüße\r\n'),
    status: '554 5.6.3',
  },
  'an internationalised address': {
    hide: 'SMTPUTF8',
    envelope: { from: 'a@example.test', to: 'grüße@example.test' },
    content: mail.content,
    status: '553 5.6.7',
  },
} as const

test.each(Object.entries(needy))('%s is bounced by the MTA whose next one can not carry it', async (what, needs) => {
  const { hide, envelope, content, status } = needs
  const host = what.startsWith('an 8') ? 3 : 4
  const { chain, events } = await chainOf({ mtas: two(host, [{ at: 'helo', hide }]) })
  const sent = await chain.send({ envelope, content })
  await expect(sent.delivered()).rejects.toThrow(status)
  await chain.idle()
  const isReport = (event: JournalEvent) => event.event === 'delivered' && event.recipient === 'a@example.test'
  expect(events.filter(isReport)).toHaveLength(1)
  expect(events.filter(event => event.event === 'received' && event.mta === 'second')).toEqual([])
})

test('a UTF-8 header with ASCII addresses is bounced with 5.6.9', async () => {
  const { chain, events } = await chainOf({ mtas: two(5, [{ at: 'helo', hide: 'SMTPUTF8' }]) })
  const { connect } = await import('../support/raw-client.js')
  const [first] = chain.mtas
  const client = await connect({ host: first?.config.address ?? '', port: first?.port ?? 0 })
  await client.reply()
  for (const line of ['EHLO x.test', 'MAIL FROM:<a@example.test> SMTPUTF8', 'RCPT TO:<b@example.test>', 'DATA']) {
    await client.command(line)
  }
  await client.write(Buffer.from('Subject: Grüße\r\n\r\nHi\r\n'))
  expect((await client.command('.')).code).toBe(250)
  await client.command('QUIT')
  await chain.idle()
  expect(events.find(({ event }) => event === 'bounced')).toMatchObject({
    problem: expect.stringContaining('550 5.6.9'),
  })
})

test('a next MTA that takes ten recipients at once gets two hundred, ten at a time', async () => {
  const to = Array.from({ length: 200 }, (_, n) => `b${n}@example.test`)
  const { chain, events } = await chainOf({
    mtas: [
      { name: 'first', address: '127.89.6.1' },
      { name: 'second', address: '127.89.6.2', limits: { recipients: 10 } },
    ],
    clock,
  })
  const sent = await chain.send({ ...mail, envelope: { from: 'a@example.test', to } })
  expect(await sent.delivered()).toHaveLength(200)
  expect(count(events, 'deferred')).toBe(0)
})
