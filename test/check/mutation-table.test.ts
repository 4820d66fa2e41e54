/**
 * One change to a delivered message of five MTAs, and the findings that it earns: with the journal, and from the
 * message alone, where an empty list says that the message alone can't tell. A finding is `code position field`, - for
 * null. Position 5 is the newest hop, its field number 0; position 1 the oldest, its field number 4.
 */
import { describe, expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { chainOf, deliver, queueId, stampOf, type Way } from '../support/delivered-message.js'
import {
  apply,
  change,
  changeSent,
  drop,
  dropEmptyLine,
  insert,
  type Mutation,
  replay,
  swap,
  withReturnPath,
} from './mutations.js'
import { eventful } from './eventful.js'
import { errorsOf } from './verdicts.js'

interface Row {
  readonly title: string
  readonly mutate: Mutation
  readonly way?: Partial<Way>
  readonly withJournal: readonly string[]
  readonly alone: readonly string[]
}

function row(
  title: string,
  mutate: Mutation,
  withJournal: readonly string[],
  alone = withJournal,
  way: Partial<Way> = {},
): Row {
  return { title, mutate, withJournal, alone, way }
}

const time = Date.UTC(2026, 10, 24, 10, 0, 3)
const foreign = stampOf({
  helo: 'mx.foreign.test',
  name: null,
  address: '192.0.2.1',
  hostname: 'mx2.foreign.test',
  byAddress: '192.0.2.2',
  protocol: 'ESMTP',
  id: 'ABC123',
  recipient: null,
  time,
})
const ownForged = stampOf({
  helo: 'mta2.chain.test',
  name: 'mta2.chain.test',
  address: '127.0.0.12',
  hostname: 'mta3.chain.test',
  byAddress: '127.0.0.13',
  protocol: 'ESMTP',
  id: queueId(777),
  recipient: 'b@example.test',
  time,
})

const hops: readonly Row[] = [
  row('the newest hop dropped', drop(5), ['missing-hop 5 -']),
  row('a hop dropped', drop(3), ['missing-hop 3 -']),
  row('the oldest hop dropped', drop(1), ['missing-hop 1 -']),
  row('the two oldest hops swapped', swap(1, 2), ['wrong-order 1 3']),
  row('two neighbours swapped', swap(2, 3), ['wrong-order 2 2']),
  row('the two newest hops swapped', swap(4, 5), ['wrong-order 4 0']),
  row('the hops around another swapped', swap(1, 3), ['wrong-order 1 2', 'wrong-order 3 4']),
  row('the ends swapped', swap(1, 5), ['wrong-order 1 0', 'wrong-order 5 4']),
  row('a foreign field on top', insert(0, foreign), ['unexpected-hop - 0']),
  row('a foreign field in the middle', insert(2, foreign), ['unexpected-hop - 2']),
  row('a foreign field just above the oldest stamp', insert(4, foreign), ['unexpected-hop - 4']),
  row('a foreign field below the oldest stamp', insert(5, foreign), ['content-changed 1 5'], []),
  row('a forged field of our own MTA on top', insert(0, ownForged), ['loop 3 0']),
  row('a forged field of our own MTA in the middle', insert(3, ownForged), ['loop 3 3']),
  row('a forged field of our own MTA below', insert(5, ownForged), ['content-changed 1 5'], []),
  row('a stamp repeated on top', replay(2, 0), ['loop 2 0']),
  row('a stamp repeated in the middle', replay(4, 3), ['loop 4 3']),
  row('a stamp repeated below', replay(4, 5), ['loop 4 5']),
  row('the oldest stamp repeated', replay(1, 4), ['loop 1 5']),
  row(
    'all stamps repeated',
    parts => insert(0, ...parts.stamps)(parts),
    [5, 4, 3, 2, 1].map((position, index) => `loop ${position} ${5 + index}`),
  ),
]

const clauses: readonly Row[] = [
  row('the address after by', change(3, '([127.0.0.13])', '([127.0.0.99])'), ['by-address 3 2']),
  row('the address after by, to that of another MTA', change(3, '([127.0.0.13])', '([127.0.0.12])'), [
    'by-address 3 2',
  ]),
  row(
    'the address and the name after by',
    change(3, /by \S+ \(\S+/, 'by evil.test ([192.0.2.3])'),
    ['by-address 3 2', 'by-name 3 2'],
    ['unexpected-hop - 2', 'missing-hop 3 -'],
  ),
  row('the address after by removed', change(3, ' ([127.0.0.13])', ''), ['by-address 3 2']),
  row('the address after by of the oldest hop', change(1, '([127.0.0.11])', '([127.0.0.99])'), ['by-address 1 4']),
  row('the name after by', change(3, 'by mta3.', 'by evil.'), ['by-name 3 2']),
  row('the name after by, to that of another MTA', change(3, 'by mta3.', 'by mta5.'), ['by-name 3 2']),
  row('the name after by of the newest hop', change(5, 'by mta5.', 'by evil.'), ['by-name 5 0']),
  row("the client's address", change(3, '[127.0.0.12]', '[127.0.0.99]'), ['from-address 3 2']),
  row("the client's name", change(3, '(mta2.', '(evil.'), ['from-name 3 2']),
  row("the client's name unknown", change(3, '(mta2.chain.test', '(unknown'), ['from-name 3 2']),
  row("the client's HELO", change(3, 'from mta2.', 'from evil.'), ['from-helo 3 2']),
  row("the first client's address", change(1, '[127.0.0.1]', '[192.0.2.9]'), ['from-address 1 4'], []),
  row("the first client's name", change(1, '(unknown', '(evil.test'), ['from-name 1 4'], []),
  row("the first client's HELO", change(1, 'from client.', 'from evil.'), ['from-helo 1 4'], []),
  row('the protocol', change(3, 'with ESMTP', 'with SMTP'), ['protocol 3 2']),
  row('the protocol to UTF8SMTP', change(3, 'with ESMTP', 'with UTF8SMTP'), ['protocol 3 2']),
  row('the protocol from UTF8SMTP', change(3, 'UTF8SMTP', 'ESMTP'), ['protocol 3 2'], undefined, {
    protocol: 'UTF8SMTP',
  }),
  row('the protocol to none of ours', change(3, 'with ESMTP', 'with LMTP'), ['protocol 3 2']),
  row('the first protocol to SMTP', change(1, 'with ESMTP', 'with SMTP'), ['protocol 1 4'], []),
  row('the first protocol from SMTP', change(1, 'with SMTP', 'with ESMTP'), ['protocol 1 4'], [], { protocol: 'SMTP' }),
  row('the first protocol to UTF8SMTP', change(1, 'with ESMTP', 'with UTF8SMTP'), ['protocol 1 4']),
  row('the first protocol from UTF8SMTP', change(1, 'UTF8SMTP', 'ESMTP'), ['protocol 1 4'], undefined, {
    protocol: 'UTF8SMTP',
  }),
  row('the recipient', change(3, '<b@', '<x@'), ['for 3 2']),
  row('the case of the recipient', change(3, '<b@', '<B@'), ['for 3 2']),
  row('the recipient removed', change(3, '\r\n for <b@example.test>', ''), ['for 3 2']),
  row('the recipient of the oldest hop removed', change(1, '\r\n for <b@example.test>', ''), ['for 1 4'], []),
  row('the queue id', change(3, /id \w+/, `id ${queueId(999)}`), ['queue-id 3 2'], []),
  row('the newest queue id', change(5, /id \w+/, `id ${queueId(999)}`), ['queue-id 5 0'], []),
  row(
    'the queue ids of two neighbours swapped',
    parts => change(3, queueId(2001), queueId(1001))(change(2, queueId(1001), queueId(2001))(parts)),
    ['queue-id 3 2', 'queue-id 2 3'],
    [],
  ),
  row('the queue id, to that of another hop', change(3, /id \w+/, `id ${queueId(1001)}`), ['queue-id 3 2'], []),
  row('a date an hour forwards', change(3, '10:00', '11:00'), ['date 3 2'], ['time-backwards 3 2']),
  row('a date an hour backwards', change(3, '10:00', '09:00'), ['date 3 2'], ['time-backwards 3 2']),
  row('the oldest date forwards', change(1, '10:00', '11:00'), ['date 1 4'], ['time-backwards 1 4']),
  row('the newest date backwards', change(5, '10:00', '09:00'), ['date 5 0'], ['time-backwards 5 0']),
  row('the newest date forwards', change(5, '10:00', '11:00'), ['date 5 0'], []),
  row('the oldest date backwards', change(1, '10:00', '09:00'), ['date 1 4'], []),
  row('a date by one second', change(3, '10:00:03', '10:00:02'), ['date 3 2'], []),
]

/** The third MTA's clock is a minute and a half slow, and the chain says so. */
const slow: Partial<Way> = {
  mtas: chainOf(5).map((mta, at) => (at === 2 ? { ...mta, skew: -90_000 } : mta)),
}

const skews: readonly Row[] = [
  row("a slow hop's date an hour forwards", change(3, '09:58', '10:58'), ['date 3 2'], ['time-backwards 3 2'], slow),
  row("a slow hop's date an hour backwards", change(3, '09:58', '08:58'), ['date 3 2'], ['time-backwards 3 2'], slow),
  row("a slow hop's date set right", change(3, '09:58:33', '10:00:03'), ['date 3 2'], ['time-backwards 3 2'], slow),
  row("a slow hop's date by one second", change(3, '09:58:33', '09:58:34'), ['date 3 2'], [], slow),
  row("a slow hop's zone said otherwise", change(3, '+0000', '-0000'), ['content-changed 3 2'], [], slow),
  row("another hop's date as slow", change(4, '10:00', '09:58'), ['date 4 1'], ['time-backwards 4 1'], slow),
]

const octets: readonly Row[] = [
  row('a stamp that is no Received field any more', change(3, 'by mta3', 'bz mta3'), ['malformed 3 2']),
  row('a stamp with an open comment', change(3, 'chain.test [', 'chain.test ([ '), ['malformed 3 2']),
  row('the oldest stamp with an open comment', change(1, '(unknown [', '((unknown ['), ['malformed 1 4']),
  row('a stamp without its id', change(3, /id \w+/, ''), ['malformed 3 2']),
  row('a stamp without its date', change(3, /; .*/, ''), ['malformed 3 2']),
  row('a stamp without its protocol', change(3, 'with ESMTP ', ''), ['malformed 3 2']),
  row('a stamp without its client', change(3, /from .*\r\n /, ''), ['malformed 3 2']),
  row('a stamp replaced by nonsense', change(3, /: [^]*/, ': nonsense\r\n'), ['malformed 3 2']),
  row('the oldest stamp garbled', change(1, 'by mta1', 'bz mta1'), ['malformed 1 4']),
  row('a stamp folded by a bare LF', change(3, '\r\n by', '\n by'), ['malformed 3 2']),
  row('a stamp broken by a bare LF', change(3, '\r\n by', '\nby'), ['malformed 3 2']),
  row('a stamp folded elsewhere', change(3, ' with', '\r\n with'), ['content-changed 3 2'], []),
  row('a zone said otherwise', change(3, '+0000', '-0000'), ['content-changed 3 2'], []),
  row('a name in another case', change(3, 'by mta3', 'by MTA3'), ['content-changed 3 2'], []),
  row('one octet of the content', changeSent('Hello', 'Hallo'), ['content-changed 1 4'], []),
  row('one octet more in the content', changeSent('Hello', 'Hello!'), ['content-changed 1 4'], []),
  row('a field of the content removed', changeSent('Subject: Hi\r\n', ''), ['content-changed 1 4'], []),
  row('the first field of the content folded into the stamp', changeSent('From', ' rom'), ['malformed 1 4']),
  row('a field between the stamps', insert(2, 'X-Foo: bar\r\n'), ['content-changed 4 -'], []),
  row('a field above the stamps', insert(0, 'X-Foo: bar\r\n'), ['content-changed - -'], []),
  row('a field below the stamps', insert(5, 'X-Foo: bar\r\n'), ['content-changed 1 -'], []),
  row('an empty line below the stamps', insert(5, '\r\n'), ['content-changed 1 4'], []),
  row('the empty line below the stamps removed', dropEmptyLine, ['malformed 1 4'], undefined, { sent: 'Hello\r\n' }),
  row('the same, the content begins with a blank', dropEmptyLine, ['malformed 1 4'], undefined, {
    sent: ' Hello\r\nyou\r\n',
  }),
  row('the reverse-path', withReturnPath('Return-Path: <x@example.test>\r\n'), ['return-path - -']),
  row('the reverse-path made null', withReturnPath('Return-Path: <>\r\n'), ['return-path - -']),
  row('Return-Path removed', withReturnPath(''), ['return-path - -']),
  row('Return-Path in other octets', withReturnPath('return-path: <a@example.test>\r\n'), ['return-path - -'], []),
  row('Return-Path unreadable', withReturnPath('Return-Path: a@example.test\r\n'), ['return-path - -']),
  row('Return-Path under another name', withReturnPath('X-Path: <a@example.test>\r\n'), ['return-path - -']),
  row('Return-Path below a stamp', parts => insert(1, parts.returnPath)({ ...parts, returnPath: '' }), [
    'return-path - -',
  ]),
  row('Return-Path twice', insert(3, 'Return-Path: <a@example.test>\r\n'), ['return-path - -']),
]

const codes = [
  'malformed',
  'wrong-order',
  'missing-hop',
  'unexpected-hop',
  'loop',
  'by-address',
  'by-name',
  'from-address',
  'from-name',
  'from-helo',
  'protocol',
  'for',
  'return-path',
  'queue-id',
  'date',
  'content-changed',
  'time-backwards',
]

test.each(codes)('%s is earned alone by some change', code => {
  const lone = [...hops, ...clauses, ...octets].flatMap(({ withJournal, alone }) => [withJournal, alone])
  expect(lone.some(findings => findings.length === 1 && findings[0]?.startsWith(`${code} `))).toBe(true)
})

test('what the journal tells beside it fails no message, and stands behind what does', async () => {
  const delivered = deliver()
  const { verdict, findings } = await check(delivered.content, delivered.expected, { journal: eventful(delivered) })
  expect(verdict).toBe('pass')
  expect(findings.map(({ code, severity, position, field }) => [code, severity, position, field])).toEqual([
    ['delayed', 'info', 4, 1],
    ['bounced', 'info', 3, 2],
    ['duplicate', 'warning', 4, 1],
  ])
  const changed = await check(apply(delivered, drop(2)), delivered.expected, { journal: eventful(delivered) })
  expect(changed.findings.map(({ code }) => code)).toEqual(['missing-hop', 'delayed', 'bounced', 'duplicate'])
})

test.each(['bounced', 'dropped'] as const)('a copy that was %s is no duplicate', async event => {
  const delivered = deliver()
  const { verdict, findings } = await check(delivered.content, delivered.expected, {
    journal: eventful(delivered, event),
  })
  expect(verdict).toBe('pass')
  expect(findings.map(({ code }) => code)).not.toContain('duplicate')
})

describe.each([
  ['hops', hops],
  ['clauses', clauses],
  ['dates of slow clocks', skews],
  ['octets', octets],
])('%s changed', (_, rows) => {
  test.each(rows)('with the journal: $title', async ({ mutate, way, withJournal }) => {
    const delivered = deliver(way)
    const verdict = await check(apply(delivered, mutate), delivered.expected, { journal: delivered.journal })
    expect(errorsOf(verdict)).toEqual(withJournal)
    expect(verdict).toMatchObject({ verdict: 'fail', evidence: 'message+journal' })
  })

  test.each(rows)('with a journal that tells of much beside it: $title', async ({ mutate, way, withJournal }) => {
    const delivered = deliver(way)
    const verdict = await check(apply(delivered, mutate), delivered.expected, { journal: eventful(delivered) })
    expect(errorsOf(verdict)).toEqual(withJournal)
    expect(verdict).toMatchObject({ verdict: 'fail', evidence: 'message+journal' })
  })

  test.each(rows)('from the message alone: $title', async ({ mutate, way, alone }) => {
    const delivered = deliver(way)
    const verdict = await check(apply(delivered, mutate), delivered.expected)
    expect(errorsOf(verdict)).toEqual(alone)
    expect(verdict).toMatchObject({ verdict: alone.length > 0 ? 'fail' : 'pass', evidence: 'message' })
  })
})
