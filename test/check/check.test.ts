import { describe, expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { assemble, chainOf, deliver, historyOf, journalOf, message, queueId } from '../support/delivered-message.js'
import { apply, change, changeSent, drop, insert, swap, withReturnPath } from './mutations.js'
import { claimsOf, errorsOf } from './verdicts.js'

const claim = 'Received: from x.test (x.test [192.0.2.1]) by y.test with SMTP id 7; Tue, 24 Nov 2026 09:00:00 +0000\r\n'

test('the path is told oldest first, with the delays of the journal', async () => {
  const { content, expected, journal } = deliver({ sent: claim + message })
  const verdict = await check(content, expected, { journal })
  expect(verdict).toMatchObject({
    file: null,
    recipient: 'b@example.test',
    delivered: true,
    verdict: 'pass',
    evidence: 'message+journal',
  })
  expect(verdict.path.map(({ position, field, mta }) => [position, field, mta])).toEqual([
    [1, 4, 'mta1'],
    [2, 3, 'mta2'],
    [3, 2, 'mta3'],
    [4, 1, 'mta4'],
    [5, 0, 'mta5'],
  ])
  expect(verdict.path.map(({ delayMs }) => delayMs)).toEqual([null, 1700, 1700, 1700, 1700])
  expect(verdict.path[1]).toEqual({
    position: 2,
    field: 3,
    mta: 'mta2',
    trusted: true,
    from: { helo: 'mta1.chain.test', name: 'mta1.chain.test', address: '127.0.0.11' },
    by: { name: 'mta2.chain.test', address: '127.0.0.12' },
    with: 'ESMTP',
    id: queueId(1001),
    for: 'b@example.test',
    date: '2026-11-24T10:00:01Z',
    delayMs: 1700,
  })
})

test('without the journal delays are whole seconds of the dates', async () => {
  const { content, expected } = deliver()
  const verdict = await check(content, expected)
  expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message' })
  expect(verdict.path.map(({ delayMs }) => delayMs)).toEqual([null, 1000, 2000, 2000, 2000])
})

test('what the client sent along is claimed, and does not fail the verdict', async () => {
  const older = claim.replace('09:00:00', '08:59:30')
  const { content, expected, journal } = deliver({ sent: claim + older + message })
  const verdict = await check(content, expected, { journal })
  expect(verdict.verdict).toBe('pass')
  expect(claimsOf(verdict)).toEqual([5, 6])
  expect(
    verdict.claimed.map(({ field, position, mta, trusted, delayMs }) => [field, position, mta, trusted, delayMs]),
  ).toEqual([
    [6, null, null, false, null],
    [5, null, null, false, 30_000],
  ])
})

test('trust ends at the first error from the top', async () => {
  const delivered = deliver()
  const trusted = async (content: Buffer) => (await check(content, delivered.expected)).path.map(hop => hop.trusted)
  expect(await trusted(apply(delivered, change(3, '(mta2.', '(evil.')))).toEqual([false, false, false, true, true])
  expect(await trusted(apply(delivered, drop(3)))).toEqual([false, false, true, true])
  expect(await trusted(apply(delivered, insert(1, claim)))).toEqual([false, false, false, false, false, true])
  expect(await trusted(apply(delivered, swap(1, 2)))).toEqual([false, false, true, true, true])
})

test('a field of nobody in the chain stands in the path without a position', async () => {
  const delivered = deliver()
  const { path } = await check(apply(delivered, insert(4, claim)), delivered.expected)
  expect(path.map(({ position, mta }) => [position, mta])).toEqual([
    [1, 'mta1'],
    [null, null],
    [2, 'mta2'],
    [3, 'mta3'],
    [4, 'mta4'],
    [5, 'mta5'],
  ])
})

test('a message that the journal does not know is judged by itself, or fails where it must be known', async () => {
  const { content, expected } = deliver()
  const journal = journalOf([historyOf(deliver({ serial: 500 }))])
  expect(await check(content, expected, { journal })).toMatchObject({ verdict: 'pass', evidence: 'message' })
  const verdict = await check(content, expected, { journal, requireJournal: true })
  expect(errorsOf(verdict)).toEqual(['queue-id 5 0'])
  expect(verdict).toMatchObject({ verdict: 'fail', evidence: 'message' })
})

test('where the journal must know it, a message without any Received field fails as well', async () => {
  const { expected, journal } = deliver({ mtas: chainOf(1) })
  const verdict = await check(message, expected, { journal, requireJournal: true })
  expect(errorsOf(verdict)).toEqual(['queue-id 1 -', 'missing-hop 1 -', 'return-path - -'])
})

test('text is taken for UTF-8, and LF for CRLF where no CRLF stands', async () => {
  const sent = 'Subject: Grüße\r\n\r\nfür dich\r\n'
  const { content, expected, journal } = deliver({ sent, recipients: ['bä@example.test'], protocol: 'UTF8SMTP' })
  const text = content.toString()
  const unix = text.replaceAll('\r\n', '\n')
  for (const same of [text, unix, Buffer.from(unix), new Uint8Array(content)]) {
    expect(errorsOf(await check(same, expected, { journal }))).toEqual([])
  }
})

test('recipients parted on the way: each copy is proved by its own way', async () => {
  const recipients = ['b@example.test', 'c@example.test']
  const mine = deliver({ recipients, partedAt: 3 })
  const swapped = deliver({ recipients: recipients.toReversed(), partedAt: 3, serial: 2 })
  const shared = mine.events.slice(0, 2)
  const theirs = swapped.events
    .slice(2)
    .map((event, index) => (index === 0 ? { ...event, previous: shared[1]?.id ?? null } : event))
  const received = [...shared, ...theirs, ...mine.events.slice(2)]
  const journal = journalOf([{ received, events: received, faults: [] }])
  expect(errorsOf(await check(mine.content, mine.expected, { journal }))).toEqual([])
  expect(errorsOf(await check(apply(mine, drop(5)), mine.expected, { journal }))).toEqual(['missing-hop 5 -'])
  expect(errorsOf(await check(mine.content, { ...mine.expected, recipient: 'c@example.test' }))).toEqual([
    'for 5 0',
    'for 4 1',
    'for 3 2',
  ])
})

test('without a known recipient the one that most hops name is right', async () => {
  const delivered = deliver()
  const { hops } = delivered.expected
  expect(errorsOf(await check(delivered.content, { hops }))).toEqual([])
  expect(errorsOf(await check(apply(delivered, change(2, '<b@', '<x@')), { hops }))).toEqual(['for 2 3'])
  expect(errorsOf(await check(apply(delivered, change(5, '<b@', '<x@')), { hops }))).toEqual(['for 5 0'])
})

test('a recipient that only one hop names is wrong where no other names one', async () => {
  const delivered = deliver({ recipients: ['b@example.test', 'c@example.test'] })
  const content = apply(delivered, change(2, ';', ' for <b@example.test>;'))
  expect(errorsOf(await check(content, delivered.expected))).toEqual(['for 2 3'])
})

test('halves of a hop that are not known may be anything', async () => {
  const delivered = deliver()
  const { hops } = delivered.expected
  for (const half of [{ address: null }, { hostname: null }]) {
    const expected = { hops: hops.map(hop => ({ ...hop, ...half })) }
    expect(errorsOf(await check(delivered.content, expected))).toEqual([])
    expect(errorsOf(await check(apply(delivered, insert(0, claim)), expected))).toEqual(['unexpected-hop - 0'])
  }
})

test('an MTA that is expected twice may stand twice', async () => {
  const [a, b] = chainOf(2)
  if (!a || !b) throw new Error('no chain')
  const delivered = deliver({ mtas: [a, b, a] })
  expect(errorsOf(await check(delivered.content, delivered.expected))).toEqual([])
  expect(errorsOf(await check(delivered.content, delivered.expected, { journal: delivered.journal }))).toEqual([])
  expect(errorsOf(await check(apply(delivered, drop(3)), delivered.expected))).toEqual(['missing-hop 3 -'])
  expect(errorsOf(await check(apply(delivered, insert(2, claim)), delivered.expected))).toEqual(['unexpected-hop - 2'])
})

test('MTAs that share an address may be given one name of several', async () => {
  const mtas = chainOf(3).map(mta => ({ ...mta, address: '127.0.0.1' }))
  const delivered = deliver({ mtas })
  const content = apply(delivered, change(3, '(mta2.chain.test', '(mta1.chain.test'))
  expect(errorsOf(await check(content, delivered.expected))).toEqual([])
  expect(errorsOf(await check(apply(delivered, change(3, '(mta2.', '(evil.')), delivered.expected))).toEqual([
    'from-name 3 0',
  ])
  expect(errorsOf(await check(apply(delivered, swap(2, 3)), delivered.expected))).toEqual(['wrong-order 2 0'])
  expect(errorsOf(await check(apply(delivered, drop(2)), delivered.expected))).toEqual(['missing-hop 2 -'])
})

test('a message that entered in the middle of the chain lacks the hops before', async () => {
  const { content, journal } = deliver({ mtas: chainOf(5).slice(2) })
  const { expected } = deliver()
  const missing = ['missing-hop 2 -', 'missing-hop 1 -']
  expect(errorsOf(await check(content, expected))).toEqual(missing)
  expect(errorsOf(await check(content, expected, { journal }))).toEqual(missing)
})

test('a message that really went another way earns one finding, not one for each hop around', async () => {
  const [a, b, c, d] = chainOf(4)
  if (!a || !b || !c || !d) throw new Error('no chain')
  const { expected } = deliver({ mtas: [a, b, c, d] })
  const earned = async (mtas: (typeof a)[]) => errorsOf(await check(deliver({ mtas }).content, expected))
  expect(await earned([a, c, b, d])).toEqual(['wrong-order 2 1'])
  expect(await earned([a, c, d])).toEqual(['missing-hop 2 -'])
  expect(await earned([a, b, b, c, d])).toEqual(['loop 2 3'])
})

test('a second of difference between clocks is no step backwards', async () => {
  const delivered = deliver({ stepMs: 0 })
  const earlier = (seconds: string) => apply(delivered, change(3, '10:00:00', `09:59:${seconds}`))
  expect(errorsOf(await check(earlier('59'), delivered.expected))).toEqual([])
  expect(errorsOf(await check(earlier('58'), delivered.expected))).toEqual(['time-backwards 3 2'])
})

test('a date in the middle that does not fit is the wrong one, forwards and backwards', async () => {
  const delivered = deliver({ mtas: chainOf(3) })
  for (const hour of ['09', '11']) {
    const content = apply(delivered, change(2, '10:00', `${hour}:00`))
    expect(errorsOf(await check(content, delivered.expected))).toEqual(['time-backwards 2 1'])
  }
})

test('a Return-Path that nobody knows must be readable all the same', async () => {
  const delivered = deliver()
  const { hops } = delivered.expected
  const unreadable = apply(delivered, withReturnPath('Return-Path: a@example.test\r\n'))
  expect(errorsOf(await check(unreadable, { hops }))).toEqual(['return-path - -'])
})

test('a copy that was relayed twice is delivered twice, and each is proved', async () => {
  const { expected, events, parts } = deliver()
  const repeated = deliver({ serial: 2 })
  const last = repeated.events.slice(4).map(event => ({ ...event, previous: events[3]?.id ?? null }))
  const journal = journalOf([{ received: [...events, ...last], events: [], faults: [] }])
  const content = assemble({ ...parts, stamps: [...repeated.parts.stamps.slice(0, 1), ...parts.stamps.slice(1)] })
  expect(errorsOf(await check(content, expected, { journal }))).toEqual([])
})

test.each(['Hello\r\n', ' Hello\r\n', ''])('content without a header: %j', async sent => {
  const { content, expected, journal } = deliver({ sent })
  expect(errorsOf(await check(content, expected))).toEqual([])
  expect(errorsOf(await check(content, expected, { journal }))).toEqual([])
})

test('each defect earns a finding of its own', async () => {
  const delivered = deliver({ sent: 'Hello\r\n' })
  const content = apply(
    delivered,
    change(5, 'by mta5', 'by evil'),
    change(4, ' with', '\r\n with'),
    changeSent('Hello', 'Hallo'),
    insert(3, 'X-Foo: bar\r\n'),
  )
  expect(errorsOf(await check(content, delivered.expected, { journal: delivered.journal }))).toEqual([
    'by-name 5 0',
    'content-changed 4 1',
    'content-changed 3 -',
    'content-changed 1 4',
  ])
})

test('a stamp that does not say what the client said in HELO', async () => {
  const { content, expected, events } = deliver()
  const [first, ...others] = events
  if (!first) throw new Error('no event')
  const received = [{ ...first, client: { ...first.client, helo: 'other.test' } }, ...others]
  const journal = journalOf([{ received, events: received, faults: [] }])
  expect(errorsOf(await check(content, expected, { journal }))).toEqual(['from-helo 1 4'])
})

test('a HELO name that had to be made safe is the one in the journal’s stamp', async () => {
  const delivered = deliver({ client: { helo: 'x??from?', name: null, address: '127.0.0.1' } })
  const events = delivered.events.map((event, index) =>
    index === 0 ? { ...event, client: { ...event.client, helo: 'x)(from[' } } : event,
  )
  const journal = journalOf([{ received: events, events, faults: [] }])
  expect(errorsOf(await check(delivered.content, delivered.expected, { journal }))).toEqual([])
})

test('a stamp that is none is told to whoever asks, not held against the message', async () => {
  const hops = [{ mta: 'a', hostname: 'a.test', address: null, stamp: 'Postfix' }]
  await expect(check('', { hops })).rejects.toThrow(/the stamp of a is neither a program's name nor a template/)
})

describe('a header of more than 4 MB', () => {
  const many = `X-A: ${'b'.repeat(93)}\r\n`.repeat(42_000)
  const long = `X-A: ${'b'.repeat(4_500_000)}\r\n`
  const names = `${many.slice(0, 3_000_000)}${'x'.repeat(4_000_000)}: b\r\n`

  test.each([
    ['many fields', many],
    ['a long field', long],
    ['a long name', names],
  ])('of %s is right where the journal proves that it is what was sent', async (_, fields) => {
    const { content, expected, journal } = deliver({ sent: fields + claim + message })
    const verdict = await check(content, expected, { journal })
    expect(verdict).toMatchObject({ verdict: 'pass', claimed: [] })
    const told = expect.stringContaining('4 MB are read')
    expect(verdict.findings).toMatchObject([{ code: 'malformed', severity: 'warning', message: told }])
  })

  test.each([
    ['many fields', many],
    ['a long field', long],
    ['a long name', names],
  ])('of %s is no proof by itself', async (_, fields) => {
    const { content, expected } = deliver({ sent: fields + claim + message })
    const verdict = await check(content, expected)
    expect(errorsOf(verdict)).toEqual(['malformed - -'])
    expect(verdict.findings[0]?.message).toContain('4 MB are read')
  })

  test('is read by both readers as far as that, however short its lines are', async () => {
    const { content, expected } = deliver({ sent: 'X: b\r\n'.repeat(270_000) + message })
    expect((await check(content, expected)).findings).toEqual([])
  })

  test('is held against the journal to its last octet', async () => {
    const { content, expected, journal } = deliver({ sent: many + message })
    const changed = Buffer.from(content)
    changed[changed.length - 4] = 120
    expect((await check(changed, expected, { journal })).verdict).toBe('fail')
  })

  test('is not too large where only the body is', async () => {
    const { content, expected, journal } = deliver({ sent: `${message}${'x\r\n'.repeat(1_500_000)}` })
    expect((await check(content, expected, { journal })).findings).toEqual([])
    expect((await check(content, expected)).findings).toEqual([])
  })
})
