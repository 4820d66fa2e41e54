/**
 * Matchers for the whole way, and what they say where they do not pass.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHavePassedThrough, toHaveTravelled, toMatchPath } from '../../src/testing/travelled.js'
import { agreement, chainOf, deliver, hello, refusal } from './kit.js'

const names = ['submission', 'gateway', 'filter', 'mailbox']
const fixed = [
  { name: 'submission', address: '127.81.200.1' },
  { name: 'gateway', address: '127.81.200.2' },
  { name: 'mailbox', address: '127.81.200.3' },
]

/** A message of two hops of elsewhere. */
const foreign = [
  'Received: from out.example (out.example [192.0.2.2]) by mx.example with ESMTPS id 2; Tue, 24 Nov 2026 10:00:05 +0000',
  'Received: from laptop ([192.0.2.1]) by out.example ([192.0.2.2]) with ESMTPSA id 1; Tue, 24 Nov 2026 10:00:00 +0000',
  'Subject: Hi',
  '',
  'Hi there',
  '',
].join('\r\n')

describe('toHaveTravelled', () => {
  it('names hops by name, address, hostname, a word with a star, and a pattern', async () => {
    const chain = await chainOf(names)
    const mail = await deliver(chain)
    const address = chain.mta('gateway').config.address
    for (const path of [
      names,
      ['SUBMISSION', address, 'filter.chain.test', 'mail*'],
      [/^sub/, /gate/g, new RegExp(chain.mta('filter').config.address), /chain\.test$/],
    ]) {
      expect(await toHaveTravelled(mail, path)).toMatchObject({ pass: true })
    }
    expect(await toHaveTravelled(mail, names.toReversed())).toMatchObject({ pass: false })
  })

  it('shows expected and found path side by side, the first difference marked', async () => {
    const mail = await deliver(await chainOf(fixed))
    expect(await refusal(toHaveTravelled(mail, ['submission', 'mailbox', /gate/, 'mailbox']))).toBe(
      `expected the mail to b@example.test to have travelled submission > mailbox > /gate/ > mailbox
but it travelled submission > gateway > mailbox

     expected    found
  1  submission  submission  submission.chain.test [127.81.200.1] ESMTP
✗ 2  mailbox     gateway     gateway.chain.test [127.81.200.2] ESMTP
  3  /gate/      mailbox     mailbox.chain.test [127.81.200.3] ESMTP
  4  mailbox     —`,
    )
    expect(await refusal(toHaveTravelled(mail, ['submission', 'gateway']))).toContain(
      '\n✗ 3  —           mailbox     mailbox.chain.test [127.81.200.3] ESMTP',
    )
    expect(await agreement(toHaveTravelled(mail, ['submission', 'gateway', 'mailbox']))).toBe(
      'expected the mail to b@example.test not to have travelled submission > gateway > mailbox',
    )
  })

  it('of a message that began in the middle begins there', async () => {
    const chain = await chainOf(names)
    const sent = await chain.inject('filter', hello)
    expect(await toHaveTravelled(sent, ['filter', 'mailbox'])).toMatchObject({ pass: true })
  })

  it('does not believe claims, nor what stands below an error, and says so', async () => {
    const chain = await chainOf(fixed)
    const sent = await chain.send({ envelope: { from: null, to: 'b@example.test' }, content: foreign })
    const [mail] = await sent.delivered()
    expect(await refusal(toHaveTravelled(mail, []))).toContain('\n  not believed: out.example, mx.example')
    const text = Buffer.from(mail?.content ?? []).toString()
    const changed = text.replace('by gateway.chain.test ([127.81.200.2])', 'by gateway.chain.test ([127.81.200.9])')
    expect(await refusal(toHaveTravelled(changed, ['submission', 'gateway', 'mailbox'], { chain }))).toBe(
      `expected the message to have travelled submission > gateway > mailbox
but it travelled mailbox

     expected    found
✗ 1  submission  mailbox  mailbox.chain.test [127.81.200.3] ESMTP
  2  gateway     —
  3  mailbox     —
  not believed: out.example, mx.example, submission and 1 more
  ! by-address (hop 2, field 1)  At gateway, the address after "by" is 127.81.200.9, not 127.81.200.2.`,
    )
  })

  it('takes octets, a text, a file, its URL and its parts, by what their fields say', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mta-chain-kit-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'a: b.eml')
    await writeFile(file, foreign)
    const [field = ''] = foreign.split('\r\n')
    const path = ['out.example', '*.example']
    for (const mail of [
      foreign,
      foreign.replaceAll('\r\n', '\n'),
      Buffer.from(foreign),
      file,
      pathToFileURL(file),
      { file },
      { content: foreign },
      { content: Buffer.from(foreign) },
    ]) {
      expect(await toHaveTravelled(mail, path)).toMatchObject({ pass: true })
    }
    // a field alone is a message too
    expect(await toHaveTravelled(field, ['mx.example'])).toMatchObject({ pass: true })
    expect(await refusal(toHaveTravelled(foreign, ['out.example']))).toBe(
      `expected the message to have travelled out.example
but it travelled out.example > mx.example

     expected     found
  1  out.example  out.example  192.0.2.2 ESMTPSA
✗ 2  —            mx.example   ESMTPS
  by what all Received fields say; with { chain } names are known, and claims do not count`,
    )
  })

  it('is held against a path that was told', async () => {
    const hops = [
      { mta: 'out', hostname: 'out.example', address: '192.0.2.2', stamp: null },
      { mta: 'mx', hostname: 'mx.example', address: null, stamp: null },
    ]
    expect(await refusal(toHaveTravelled(foreign, ['mx', 'out'], { path: { hops } }))).toContain('✗ 1  mx')
    await expect(toHaveTravelled(foreign, ['mix'], { path: { hops } })).rejects.toThrow(
      'the chain has no MTA "mix", only out, mx: did you mean mx?',
    )
  })

  it('shows the rows around the difference of a long way, and nothing that a terminal would act upon', async () => {
    const fields = Array.from({ length: 200 }, (_, at) => `Received: by h${200 - at}.example; \u001b[31m`)
    const expected = Array.from({ length: 200 }, (_, at) => (at === 149 ? 'other' : `h${at + 1}.example`))
    const text = await refusal(toHaveTravelled([...fields, '', ''].join('\r\n'), expected))
    expect(text.split('\n').length).toBeLessThan(62)
    expect(text).toMatch(/^ {5}… 139 before\n {2}140 {2}h140\.example/m)
    expect(text).toMatch(/^✗ 150 {2}other +h150\.example$/m)
    expect(text).toMatch(/^ {5}… 11 more$/m)
    const hostile = await refusal(toHaveTravelled('Received: by "\u001b[31m\u202e".example; x\r\n\r\n', ['a']))
    const path = { hops: [{ mta: 'mx', hostname: 'mx.example', address: null, stamp: null }] }
    const claim = await refusal(toHaveTravelled('Received: by e\u009b1mvil.example; x\r\n\r\n', ['mx'], { path }))
    expect(claim).toContain('not believed: e\\x9b1mvil.example')
    expect(hostile).not.toMatch(/[\u001b\u202e]/)
  })
})

describe('toHavePassedThrough', () => {
  it('shows the way, and marks the hop that should not be there', async () => {
    const chain = await chainOf(fixed)
    const sent = await chain.inject('gateway', hello)
    expect(await refusal(toHavePassedThrough(sent, 'submission'))).toBe(
      `expected the mail to b@example.test to have passed through submission, its way:

  1  gateway  gateway.chain.test [127.81.200.2] ESMTP
  2  mailbox  mailbox.chain.test [127.81.200.3] ESMTP`,
    )
    expect(await agreement(toHavePassedThrough(sent, /^mail/))).toBe(
      `expected the mail to b@example.test not to have passed through /^mail/, its way:

  1  gateway  gateway.chain.test [127.81.200.2] ESMTP
→ 2  mailbox  mailbox.chain.test [127.81.200.3] ESMTP`,
    )
  })
})

describe('toMatchPath', () => {
  it('takes one hop, one or more, and any number', async () => {
    const mail = await deliver(await chainOf(names))
    const matching = ['submission > * > mailbox', '? > gateway > ? > ?', '** > submission > **', 'sub* , * , mailbox']
    for (const pattern of matching) expect(await toMatchPath(mail, pattern)).toMatchObject({ pass: true })
    const others = ['submission > ? > mailbox', '* > submission > **', 'submission > gateway']
    for (const pattern of others) expect(await toMatchPath(mail, pattern)).toMatchObject({ pass: false })
  })

  it('shows which hop is the first that does not fit', async () => {
    const mail = await deliver(await chainOf(fixed))
    expect(await refusal(toMatchPath(mail, '* > gateway > ? > mailbox'))).toBe(
      `expected the mail to b@example.test to match * > gateway > ? > mailbox
but it travelled submission > gateway > mailbox

     expected  found
  1  *         submission  submission.chain.test [127.81.200.1] ESMTP
  2  gateway   gateway     gateway.chain.test [127.81.200.2] ESMTP
  3  ?         mailbox     mailbox.chain.test [127.81.200.3] ESMTP
✗ 4  mailbox   —`,
    )
    expect(await refusal(toMatchPath(mail, '* > submission'))).toContain(
      `
  2  *           gateway     gateway.chain.test [127.81.200.2] ESMTP
  3  *           mailbox     mailbox.chain.test [127.81.200.3] ESMTP
✗ 4  submission  —`,
    )
    expect(await agreement(toMatchPath(mail, '**'))).toBe(
      'expected the mail to b@example.test not to match **, it travelled submission > gateway > mailbox',
    )
  })
})

describe('what can not be is an error, also where nothing is expected', () => {
  it.each<[string, (mail: unknown) => Promise<unknown>, string]>([
    [
      'an MTA that is not there',
      mail => toHavePassedThrough(mail, 'gatewya'),
      'only submission, gateway, filter, mailbox: did you mean gateway?',
    ],
    [
      'one in a path',
      mail => toHaveTravelled(mail, ['gateway', 'relay']),
      'the chain has no MTA "relay", only submission,',
    ],
    ['one in a pattern', mail => toMatchPath(mail, '* > relay'), 'the chain has no MTA "relay"'],
    ['a pattern that is none', mail => toMatchPath(mail, 'a > > b'), '"a > > b" is no path'],
    ['an empty name', mail => toHavePassedThrough(mail, ''), 'expected the name of an MTA, found ""'],
  ])('%s', async (_, matcher, message) => {
    const mail = await deliver(await chainOf(names))
    await expect(matcher(mail)).rejects.toThrow(message)
  })

  it.each<[unknown, string]>([
    [undefined, 'found nothing: was the message delivered?'],
    [null, 'found null'],
    [7, 'found a value of type number'],
    [Promise.resolve(''), 'found a promise: await it'],
    [[foreign], 'found a list: expected one of its messages'],
    [{ content: 7 }, 'found a value of type object'],
    ['/nowhere/a.eml', "ENOENT: no such file or directory, open '/nowhere/a.eml'"],
  ])('%o as a message', async (mail, message) => {
    await expect(toHaveTravelled(mail, [])).rejects.toThrow(message)
  })

  it('a message of several mailboxes', async () => {
    const chain = await chainOf(['only'])
    const sent = await chain.send({ ...hello, to: ['b@example.test', 'c@example.test'] })
    await expect(toHaveTravelled(sent, ['only'])).rejects.toThrow('the message goes to 2 mailboxes: expected one of')
    for (const mail of await sent.delivered())
      expect(await toHaveTravelled(mail, ['only'])).toMatchObject({ pass: true })
  })

  it('a message of several mailboxes at once, not only once it is in all of them', async () => {
    const later = { at: 'rcpt' as const, match: { recipient: 'c@*' }, reply: '450 4.7.1 Later' }
    const chain = await chainOf(['first', { name: 'last', faults: [later] }])
    const sent = await chain.send({ ...hello, to: ['b@example.test', 'c@example.test'] })
    await expect(toHaveTravelled(sent, ['only'])).rejects.toThrow('the message goes to 2 mailboxes: expected one of')
  })

  it('a message that does not arrive', async () => {
    const chain = await chainOf(['first', { name: 'last', recipients: [] }])
    const sent = await chain.send(hello)
    await expect(toHaveTravelled(sent, ['first'])).rejects.toThrow(
      'not delivered to b@example.test: at first: 550 5.7.1',
    )
  })
})
