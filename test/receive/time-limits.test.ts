/**
 * How long a session may last and be silent. These times are the machine's, and the tests wait for them.
 */
import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/mail/reply.js'
import type { Receiving } from '../../src/receive/transaction.js'
import type { RawClient } from '../support/raw-client.js'
import { gate, until } from './gate.js'
import { counting, noCalls, queued } from './place.js'
import { start } from './recording-listener.js'
import { dialogue, next, toData } from './talk.js'

const tooLate = '421 4.4.2 The session takes too long, closing connection'
const tooIdle = '421 4.4.2 Idle too long, closing connection'

/** Sends an octet every few milliseconds until the server has something to say. */
async function trickle(client: RawClient, octet: string): Promise<string> {
  let said: string | null = null
  const heard = next(client).then(line => {
    said = line
  })
  while (said === null) {
    await client.write(octet)
    await pass(3)
  }
  await heard
  return said
}

describe('a session', () => {
  it('ends at its deadline, however busy it is', async () => {
    const { client } = await start({ limits: { sessionTime: 40, idleTime: 5000 } })
    expect(await trickle(await client(), 'N')).toBe(tooLate)
  })

  it('ends at its deadline in the midst of content, and nothing of that stays', async () => {
    const { greeted, record } = await start({ limits: { sessionTime: 250, idleTime: 5000 } })
    const client = await greeted()
    await toData(client)
    expect(await trickle(client, 'x')).toBe(tooLate)
    await record.settled()
    expect(record).toMatchObject({ taken: [], discarded: 1 })
    expect(record.refused).toMatchObject([{ stage: 'message', recipients: ['b@example.test'], reply: { code: 421 } }])
  })

  it.each([
    ['of a session', { sessionTime: 200 }, tooLate],
    ['of silence', { idleTime: 200 }, tooIdle],
  ])('is not cut between a final dot and its reply by the end %s, but after it', async (_what, limits, word) => {
    const kept = gate<Reply>()
    const { greeted } = await start({ limits, open: () => counting(noCalls(), { take: () => kept.promise }) })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n.\r\n')
    await pass(300)
    kept.open(queued)
    expect(await next(client)).toBe('250 2.0.0 Ok: queued')
    expect(await next(client)).toBe(word)
    expect(await client.closed).toEqual({ error: null })
  })

  it('is not idle while its content waits for us', async () => {
    const flushed = gate()
    const open = (): Receiving => counting(noCalls(), { write: () => flushed.promise })
    const { greeted } = await start({ limits: { idleTime: 100 }, open })
    const client = await greeted()
    await toData(client)
    await client.write('S: 1\r\n')
    await pass(250)
    flushed.open()
    await client.write('.\r\n')
    expect(await next(client)).toBe('250 2.0.0 Ok: queued')
  })

  it.each([
    [[]],
    [['EHLO x']],
    [['EHLO x', 'MAIL FROM:<>']],
    [['EHLO x', 'MAIL FROM:<>', 'RCPT TO:<b@x.test>', 'DATA']],
  ])('ends when it is silent too long, after %j', async lines => {
    const { client, record } = await start({ limits: { idleTime: 80 } })
    const connected = await client()
    await dialogue(connected, lines)
    expect(await next(connected)).toBe(tooIdle)
    expect(await connected.closed).toEqual({ error: null })
    await until('the content is discarded', () => record.discarded === record.opened.length)
    // silence is no refusal, but where content was under way
    expect(record.refused.map(({ stage }) => stage)).toEqual(record.opened.map(() => 'message'))
  })
})
