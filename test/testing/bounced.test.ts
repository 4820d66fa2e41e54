/**
 * What comes back: of a message that was sent, and of reports, ours and others'.
 */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Sent } from '../../src/index.js'
import { toHaveBeenBouncedBy } from '../../src/testing/bounced.js'
import { toHaveTravelled } from '../../src/testing/travelled.js'
import { agreement, chainOf, deliver, hello, refusal } from './kit.js'

const refusing = [
  'outbound',
  {
    name: 'gateway',
    faults: [{ at: 'rcpt' as const, match: { recipient: 'x@*' }, reply: '550 5.1.1 No such user' }],
  },
  { name: 'mailbox', recipients: ['*@example.test'] },
]
const toNobody = { ...hello, to: 'x@example.test' }

describe('a message that was sent', () => {
  it('is bounced by the MTA that refused it, and is waited for', async () => {
    const chain = await chainOf(refusing)
    const sent = await chain.send(toNobody)
    for (const reply of [undefined, '5.1.1', '550', 550, 'no such', /user$/]) {
      expect(await toHaveBeenBouncedBy(sent, 'gateway', reply)).toMatchObject({ pass: true })
    }
    for (const by of [/^gate/, chain.mta('gateway').config.address, 'gateway.chain.test']) {
      expect(await toHaveBeenBouncedBy(sent, by)).toMatchObject({ pass: true })
    }
    const id = sent.ids.join()
    const was = 'it was:\n\n  for x@example.test by gateway, held by outbound: 550 5.1.1 No such user'
    expect(await refusal(toHaveBeenBouncedBy(sent, 'outbound', '5.1.1'))).toBe(
      `expected the message ${id} to have been bounced by outbound with 5.1.1, ${was}`,
    )
    expect(await refusal(toHaveBeenBouncedBy(sent, 'gateway', '5.1.2'))).toContain('by gateway with 5.1.2, it was:')
    expect(await refusal(toHaveBeenBouncedBy(sent, 'gateway', 551))).toContain('by gateway with 551, it was:')
    expect(await agreement(toHaveBeenBouncedBy(sent, 'gateway'))).toBe(
      `expected the message ${id} not to have been bounced by gateway, ${was}`,
    )
  })

  it('is so for one recipient of several, by an MTA without rules too', async () => {
    const chain = await chainOf(refusing)
    const sent = await chain.send({ ...hello, to: ['b@example.test', 'c@elsewhere.test'] })
    expect(await toHaveBeenBouncedBy(sent, 'mailbox', '5.7.1')).toMatchObject({
      pass: true,
      actual: [{ recipient: 'c@elsewhere.test', by: 'mailbox', holder: 'gateway' }],
    })
  })

  it('is bounced by the MTA that gave it up where nobody refused it', async () => {
    const chain = await chainOf(['outbound', { name: 'mailbox', faults: [{ at: 'rcpt', reply: '450 4.7.1 Later' }] }], {
      clock: { start: '2026-01-01T09:00:00Z', speed: 'jump' },
      retry: { after: ['1h'], expire: '4h' },
    })
    const sent = await chain.send(hello)
    for (const code of ['5.4.7', '4.4.7', 'Later']) {
      expect(await toHaveBeenBouncedBy(sent, 'outbound', code)).toMatchObject({ pass: true })
    }
    expect(await toHaveBeenBouncedBy(sent, 'mailbox')).toMatchObject({ pass: false })
    await chain.waitFor('delivered', { to: 'a@example.test' })
    const [report] = await chain.mailbox('a@example.test')
    expect(await toHaveBeenBouncedBy(report, 'outbound', '4.4.7')).toMatchObject({ pass: true })
  })

  it.each([
    ['another recipient', 'a@example.test', 'c@example.test'],
    ['another sender', 'z@example.test', 'b@example.test'],
  ])('is not by one that said the same to %s', async (_, from, to) => {
    const said = '554 5.4.7 Delivery time expired: 450 4.7.1 Later'
    const other = { sender: from, recipient: to }
    const chain = await chainOf(
      [
        'outbound',
        {
          name: 'mailbox',
          faults: [
            { at: 'rcpt', match: other, reply: said },
            { at: 'rcpt', match: { recipient: 'b@*' }, reply: '450 4.7.1 Later' },
          ],
        },
      ],
      { clock: { start: '2026-01-01T09:00:00Z', speed: 'jump' }, retry: { after: ['1h'], expire: '4h' } },
    )
    const sent = await chain.send(hello)
    expect(await toHaveBeenBouncedBy(await chain.send({ ...hello, from, to }), 'mailbox', '5.4.7')).toMatchObject({
      pass: true,
    })
    expect(await toHaveBeenBouncedBy(sent, 'mailbox')).toMatchObject({ pass: false })
    expect(await toHaveBeenBouncedBy(sent, 'outbound', '5.4.7')).toMatchObject({ pass: true })
  })

  it('is bounced by the MTA that it was given to where that takes it for others alone', async () => {
    const rule = { at: 'rcpt' as const, match: { recipient: 'x@*' }, reply: '550 5.1.1 No such user' }
    const chain = await chainOf([{ name: 'outbound', faults: [rule] }, 'mailbox'])
    const sent = await chain.send({ ...hello, to: ['b@example.test', 'x@example.test'] })
    expect(await toHaveBeenBouncedBy(sent, 'outbound', '5.1.1')).toMatchObject({ pass: true })
    expect(await refusal(toHaveBeenBouncedBy(sent, 'mailbox'))).toContain(
      'it was:\n\n  for x@example.test by outbound: 550 5.1.1 No such user',
    )
  })

  it('that arrives is not bounced', async () => {
    const chain = await chainOf(refusing)
    expect(await refusal(toHaveBeenBouncedBy(await chain.send(hello), 'gateway'))).toMatch(
      /^expected the message \w+ to have been bounced by gateway, it was:\n\n {2}not bounced by anybody$/,
    )
  })

  it.each([
    ['failed', (sent: Sent) => toHaveBeenBouncedBy(sent, 'mailbox')],
    ['delivered', (sent: Sent) => toHaveTravelled(sent, ['outbound', 'mailbox'])],
  ] as const)('that goes on waiting is told where it is, to whom waits until it has %s', async (kind, matcher) => {
    const chain = await chainOf(['outbound', { name: 'mailbox', faults: [{ at: 'rcpt', reply: '450 4.7.1 Later' }] }])
    const sent = await chain.send(hello)
    await chain.waitFor('deferred', { message: sent })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const outcome = matcher(sent).catch(String)
    await vi.advanceTimersByTimeAsync(4000)
    const text = await outcome
    expect(text).toContain(`WaitError: waited 4 s: no event ${kind} { message: "${sent.ids.join()}" }\n`)
    expect(text).toMatch(
      /Where the messages are:\n {2}\w+ for b@example\.test at outbound, deferred: 450 4\.7\.1 Later/,
    )
  })
})

it('a message of which one recipient goes on waiting is waited for no longer', async () => {
  const rules = [
    { at: 'rcpt' as const, match: { recipient: 'later@*' }, reply: '450 4.7.1 Later' },
    { at: 'rcpt' as const, match: { recipient: 'x@*' }, reply: '550 5.1.1 No such user' },
  ]
  const chain = await chainOf(['outbound', { name: 'gateway', faults: rules }])
  const sent = await chain.send({ ...hello, to: ['x@example.test', 'later@example.test'] })
  await Promise.all([chain.waitFor('failed', { message: sent }), chain.waitFor('deferred', { message: sent })])
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const outcome = toHaveBeenBouncedBy(sent, 'gateway').catch(String)
  await vi.advanceTimersByTimeAsync(4000)
  const text = await outcome
  expect(text).toContain(`no event failed { message: "${sent.ids.join()}" }, 1 of 2 happened`)
  expect(text).toMatch(/for .*later@example\.test at outbound, deferred: 450 4\.7\.1 Later/)
})

describe('a report', () => {
  it('of the chain tells who refused it', async () => {
    const chain = await chainOf(refusing)
    await chain.send(toNobody)
    await chain.waitFor('delivered', { to: 'a@example.test' })
    const [report] = await chain.mailbox('a@example.test')
    expect(await toHaveBeenBouncedBy(report, 'gateway', '5.1.1')).toMatchObject({ pass: true })
    expect(await refusal(toHaveBeenBouncedBy(report, 'outbound'))).toBe(
      `expected the mail to a@example.test to have been bounced by outbound, it was:

  for x@example.test by gateway.chain.test, held by outbound.chain.test: 550 5.1.1 No such user`,
    )
  })

  /** As other programs write it: encoded, folded, in any case, without a diagnostic. */
  const foreign = [
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(
      [
        'reporting-mta: DNS;out.example',
        '',
        'Final-Recipient: rfc822;one@example.test',
        'ACTION: Failed',
        'Status: 5.2.2 (over quota)',
        'Remote-MTA: dns; mx.example',
        'Diagnostic-Code: smtp; 552',
        '  5.2.2 Mailbox \u001b[31mfull',
        '',
        'Final-Recipient: rfc822;two@example.test',
        'Action: delayed',
        'Status: 4.0.0',
        'Remote-MTA: dns; slow.example',
        '',
        'Final-Recipient: rfc822;three@example.test',
        'Action: failed',
        'Status: 5.4.4',
      ].join('\r\n'),
    ).toString('base64'),
    '--b--',
    '',
  ].join('\r\n')

  it('of others is read too', async () => {
    expect(await toHaveBeenBouncedBy(foreign, 'mx.example', '5.2.2')).toMatchObject({ pass: true })
    expect(await toHaveBeenBouncedBy(foreign, 'out.example', '5.4.4')).toMatchObject({ pass: true })
    expect(await toHaveBeenBouncedBy(foreign, 'slow.example')).toMatchObject({ pass: false })
    expect(await refusal(toHaveBeenBouncedBy(foreign, 'a.example'))).toBe(
      `expected the message to have been bounced by a.example, it was:

  for one@example.test by mx.example, held by out.example: 552 5.2.2 Mailbox \\x1b[31mfull
  for three@example.test by out.example: 5.4.4`,
    )
  })

  it('is not what has no such part', async () => {
    const mail = await deliver(await chainOf(['only']))
    expect(await refusal(toHaveBeenBouncedBy(mail, 'only'))).toContain(
      'no report: it has no part message/delivery-status',
    )
  })
})

it.each<[unknown, unknown, string]>([
  ['gatewya', '5.1.1', 'the chain has no MTA "gatewya", only outbound, gateway, mailbox: did you mean gateway?'],
  [7, '5.1.1', 'expected the name of an MTA, found 7'],
  ['gateway', { code: 550 }, 'expected a code or a part of the reply, found { code: 550 }'],
  ['gateway', '', 'expected a code or a part of the reply, found ""'],
  ['gateway', 5, 'expected a code or a part of the reply, found 5'],
  ['gateway', null, 'expected a code or a part of the reply, found null'],
])('%o with %o is an error, not a "not"', async (by, reply, message) => {
  const chain = await chainOf(refusing)
  const sent = await chain.send(toNobody)
  await expect(Reflect.apply(toHaveBeenBouncedBy, null, [sent, by, reply])).rejects.toThrow(message)
})
