/**
 * How long a message was on its way, in mail time.
 */
import { describe, expect, it } from 'vitest'
import { toHaveArrivedWithin } from '../../src/testing/arrived.js'
import { agreement, chainOf, deliver, hello, refusal } from './kit.js'

const jumping = { clock: { start: '2026-01-01T09:00:00Z', speed: 'jump' as const } }
const greylisting = [
  { name: 'outbound', address: '127.81.203.1' },
  { name: 'gateway', address: '127.81.203.2', faults: [{ at: 'rcpt' as const, greylist: '10m' }] },
]

describe('toHaveArrivedWithin', () => {
  it('takes the journal of the chain, and tells why it took long', async () => {
    const mail = await deliver(await chainOf(greylisting, jumping))
    expect(await toHaveArrivedWithin(mail, '1h')).toMatchObject({ pass: true })
    expect(await toHaveArrivedWithin(mail, 20 * 60_000)).toMatchObject({ pass: false })
    const text = await refusal(toHaveArrivedWithin(mail, '10m'))
    expect(text).toContain(
      `expected the mail to b@example.test to have arrived within 10 min, it took 21 min, its way:

  1  outbound  outbound.chain.test [127.81.203.1] ESMTP
  2  gateway   gateway.chain.test [127.81.203.2] ESMTP
  21 min at outbound: 450 4.7.1 `,
    )
    expect(await agreement(toHaveArrivedWithin(mail, '1h'))).toMatch(
      /^expected the mail to b@example\.test not to have arrived within 1 h, it took 21 min, its way:/,
    )
  })

  it('of a message of the chain counts parts of a second, from the first MTA to the mailbox', async () => {
    const chain = await chainOf(['first', 'last'], { clock: { start: '2026-01-01T09:00:00Z', speed: 3600 } })
    const sent = await chain.send(hello)
    const [mail] = await sent.delivered()
    const [taken, kept] = await Promise.all([
      chain.waitFor('received', { mta: 'first' }),
      chain.waitFor('delivered', { mta: 'last' }),
    ])
    const took = Date.parse(kept.time) - Date.parse(taken.time)
    expect(await toHaveArrivedWithin(mail, took)).toMatchObject({ pass: true, actual: took })
    expect(await toHaveArrivedWithin(sent, took - 1)).toMatchObject({ pass: false, actual: took })
  })

  it('takes the dates of the fields where there is no journal', async () => {
    const mail = await deliver(await chainOf(greylisting, jumping))
    expect(await toHaveArrivedWithin(mail.content, '21m')).toMatchObject({ pass: true, actual: 21 * 60_000 })
    expect(await toHaveArrivedWithin(mail.content, '1259s')).toMatchObject({ pass: false })
  })

  it('does not believe the date of a claim', async () => {
    const chain = await chainOf(['first', 'last'])
    const claim = 'Received: from a.example by b.example; Tue, 24 Nov 2020 12:00:00 +0000\r\n'
    const envelope = { from: hello.from, to: hello.to }
    const sent = await chain.send({ envelope, content: `${claim}Subject: Hi\r\n\r\nHello\r\n` })
    const [mail] = await sent.delivered()
    expect(await toHaveArrivedWithin(mail?.content, '1h', { chain })).toMatchObject({ pass: true })
    expect(await toHaveArrivedWithin(mail?.content, '1h', { path: chain.expectedPath(mail) })).toMatchObject({
      pass: true,
    })
    // nobody told which are claims
    expect(await toHaveArrivedWithin(mail?.content, '1h')).toMatchObject({ pass: false })
  })

  it.each<[string, unknown, string]>([
    ['a time that is none', '2 minutes', 'expected a time as "2m", or milliseconds, found "2 minutes"'],
    ['a negative one', -1, 'found -1'],
    ['nothing', undefined, 'found undefined'],
  ])('throws for %s', async (_, limit, message) => {
    await expect(Reflect.apply(toHaveArrivedWithin, null, ['Subject: Hi\n\n', limit])).rejects.toThrow(message)
  })

  it('throws where nothing tells how long it took', async () => {
    await expect(toHaveArrivedWithin('Subject: Hi\n\n', '1h')).rejects.toThrow(
      'the Received fields of the message do not tell how long it took: it has 0 of them',
    )
    await expect(toHaveArrivedWithin('Received: by a.example\nReceived: by b.example\n\n', '1h')).rejects.toThrow(
      'they have no dates that can be compared',
    )
  })
})
