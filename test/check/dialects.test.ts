/**
 * One change to the field of an MTA that stamps in a dialect, in the middle of a chain of five, for each dialect: with
 * the journal every one is found, from the message alone as far as the dialect tells it. A finding is `code position
 * field`.
 */
import { describe, expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { tellsOf } from '../../src/check/dialects/read.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { chainOf, deliver, queueId, stampOf } from '../support/delivered-message.js'
import { apply, change, drop, insert, type Mutation, replay, stampAt, swap } from './mutations.js'
import { errorsOf } from './verdicts.js'

const template =
  'from {helo} ({name} [{address}]) by {hostname} ([{ip}]) with {protocol} (own) id {id}{?for: for <{for}>}; {date}'
const stamps = [...stampNames, template]

/** The third of five MTAs stamps so; the others as RFC 5321 has it. */
function deliverWith(stamp: string, everywhere = false) {
  return deliver({ mtas: chainOf(5).map((mta, at) => (at === 2 || everywhere ? { ...mta, stamp } : mta)) })
}

const rfc = stampOf({
  helo: 'mta2.chain.test',
  name: 'mta2.chain.test',
  address: '127.0.0.12',
  hostname: 'mta3.chain.test',
  byAddress: '127.0.0.13',
  protocol: 'ESMTP',
  id: queueId(2001),
  recipient: 'b@example.test',
  time: Date.UTC(2026, 10, 24, 10, 0, 3),
})

function second(text: string, replacement: string): Mutation {
  return parts => {
    const stamp = stampAt(parts, 3)
    const at = stamp.indexOf(text, stamp.indexOf(text) + 1)
    if (at === -1) throw new Error(`${text} is not there twice`)
    const changed = stamp.slice(0, at) + replacement + stamp.slice(at + text.length)
    return { ...parts, stamps: parts.stamps.with(2, changed) }
  }
}

describe.each(stamps)('%s', stamp => {
  const tells = tellsOf(stamp)
  const delivered = deliverWith(stamp)
  const { expected, journal } = delivered
  const hasId = tells.id === 'whole'

  async function findingsOf(mutation: Mutation): Promise<{ readonly proved: string[]; readonly alone: string[] }> {
    const content = apply(delivered, mutation)
    const proved = errorsOf(await check(content, expected, { journal }))
    expect(proved).not.toEqual([])
    return { proved, alone: errorsOf(await check(content, expected)) }
  }

  test.each([false, true])('untouched passes; everywhere: %s', async everywhere => {
    const honest = deliverWith(stamp, everywhere)
    for (const options of [{}, { journal: honest.journal, requireJournal: true }]) {
      const verdict = await check(honest.content, honest.expected, options)
      expect(errorsOf(verdict)).toEqual([])
      expect(verdict.path.map(({ mta }) => mta)).toEqual(['mta1', 'mta2', 'mta3', 'mta4', 'mta5'])
    }
  })

  test('the name after by', async () => {
    const { proved, alone } = await findingsOf(change(3, 'mta3.', 'evil.'))
    if (hasId) expect(proved).toEqual(['by-name 3 2'])
    expect(alone).not.toEqual([])
  })

  if (tells.byAddress)
    test('the address after by', async () => {
      const { proved, alone } = await findingsOf(change(3, '127.0.0.13', '127.0.0.99'))
      expect(proved).toEqual(['by-address 3 2'])
      expect(alone).toEqual(['by-address 3 2'])
    })

  test("the client's address", async () => {
    const { proved, alone } = await findingsOf(change(3, '127.0.0.12', '127.0.0.99'))
    expect(proved).toEqual(['from-address 3 2'])
    expect(alone).toEqual(['from-address 3 2'])
  })

  test("the client's name or HELO", async () => {
    const { proved, alone } = await findingsOf(change(3, 'mta2.', 'evil.'))
    expect(proved.some(finding => /^from-(?:helo|name) 3 2$/.test(finding))).toBe(true)
    expect(alone).toEqual(proved)
  })

  const hasBoth = tells.name && tells.helo && !['exim', 'qmail'].includes(stamp)
  if (hasBoth)
    test("the client's name", async () => {
      const { proved, alone } = await findingsOf(second('mta2.', 'evil.'))
      expect(proved).toEqual(['from-name 3 2'])
      expect(alone).toEqual(['from-name 3 2'])
    })

  const says = tells.protocols !== null
  if (says)
    test('the protocol', async () => {
      const { proved, alone } = await findingsOf(change(3, /with E?SMTP/i, 'with LMTP'))
      expect(proved).toEqual(['protocol 3 2'])
      expect(alone).toEqual(['protocol 3 2'])
    })

  if (tells.for)
    test('the recipient', async () => {
      const { proved, alone } = await findingsOf(change(3, 'b@', 'x@'))
      expect(proved).toEqual(['for 3 2'])
      expect(alone).toEqual(['for 3 2'])
    })

  if (tells.sender)
    test('the reverse-path', async () => {
      const { proved, alone } = await findingsOf(change(3, 'a@', 'x@'))
      expect(proved).toEqual(['return-path 3 2'])
      expect(alone).toEqual(['return-path 3 2'])
    })

  if (hasId)
    test('the queue id', async () => {
      const other = deliver({ ...deliverWith(stamp), serial: 77, mtas: chainOf(5).map(mta => ({ ...mta, stamp })) })
      const [own, another] = [delivered.events[2]?.id ?? '', other.events[2]?.id ?? '']
      const { proved } = await findingsOf(change(3, own, another))
      expect(proved).toEqual(['queue-id 3 2'])
    })

  test('a date an hour backwards and forwards', async () => {
    for (const hour of ['09:00', '11:00']) {
      const { proved, alone } = await findingsOf(change(3, /10:00(?=:\d\d (?:[+-]|GMT))/g, hour))
      expect(proved).toEqual(['date 3 2'])
      expect(alone).toEqual(['time-backwards 3 2'])
    }
  })

  test('one second', async () => {
    const { proved } = await findingsOf(change(3, /10:00:03(?= (?:[+-]|GMT))/g, '10:00:02'))
    expect(proved).toEqual(['date 3 2'])
  })

  test('any octet that still says the same', async () => {
    const { proved } = await findingsOf(change(3, 'mta3.chain.test', 'MTA3.chain.test'))
    expect(proved).toEqual(['content-changed 3 2'])
  })

  test('the number of hops', async () => {
    expect(await findingsOf(drop(3))).toEqual({ proved: ['missing-hop 3 -'], alone: ['missing-hop 3 -'] })
    const again = await findingsOf(replay(3, 0))
    expect(again).toEqual({ proved: ['loop 3 0'], alone: ['loop 3 0'] })
    const foreign = insert(
      2,
      'Received: from x.test ([192.0.2.1]) by y.test (Postfix) with SMTP id 7; Tue, 24 Nov 2026 09:00:00 +0000\r\n',
    )
    expect(await findingsOf(foreign)).toEqual({ proved: ['unexpected-hop - 2'], alone: ['unexpected-hop - 2'] })
  })

  test('the order of hops', async () => {
    const { proved, alone } = await findingsOf(swap(2, 3))
    // without queue ids nobody can tell which of the two slipped
    for (const found of [proved, alone]) expect(found.join()).toMatch(/^wrong-order (?:2 2|3 3)$/)
  })

  if (stamp !== 'rfc5321' && stamp !== template)
    test('a field as RFC 5321 has it is not its own', async () => {
      const { proved, alone } = await findingsOf(change(3, /^[^]*$/, rfc))
      expect(proved).not.toEqual([])
      expect(alone).toEqual(['malformed 3 2'])
    })

  if (stamp !== 'rfc5321')
    test('where RFC 5321 is expected its field is not one', async () => {
      const usual = { ...expected, hops: expected.hops.map(({ stamp: _, ...hop }) => hop) }
      expect(errorsOf(await check(delivered.content, usual))).not.toEqual([])
    })

  test('where nothing is known of dialects it is right', async () => {
    const any = { ...expected, hops: expected.hops.map(hop => ({ ...hop, address: null, stamp: null })) }
    if (stamp !== template) expect(errorsOf(await check(delivered.content, any))).toEqual([])
    if (stamp !== template)
      expect(errorsOf(await check(apply(delivered, change(3, 'mta2.', 'evil.')), any))).not.toEqual([])
  })
})

describe('every dialect in place of every other', () => {
  test.each([...stampNames])('%s', async stamp => {
    const delivered = deliverWith(stamp)
    for (const other of stampNames) {
      if (other === stamp) continue
      const { expected } = deliverWith(other)
      expect(errorsOf(await check(delivered.content, expected)), other).not.toEqual([])
    }
  })
})

describe('the two fields of qmail', () => {
  const delivered = deliverWith('qmail')
  const { expected, journal } = delivered

  test.each([
    ['the newer one removed', change(3, /^.*\r\n/, '')],
    ['the older one removed', change(3, /(?<=\r\n)Received: [^]*/, '')],
    ['the newer one of another time', change(3, '10:00', '09:00')],
    ['the newer one invoked by a user', change(3, 'from network', 'by uid 0')],
    ['both in the other order', change(3, /^(.*\r\n)([^]*)$/, '$2$1')],
    ['another field between', change(3, '\r\nReceived:', '\r\nX-Foo: y\r\nReceived:')],
  ])('%s', async (_, mutation) => {
    const content = apply(delivered, mutation)
    expect(errorsOf(await check(content, expected, { journal }))).not.toEqual([])
    expect(errorsOf(await check(content, expected))).not.toEqual([])
  })

  test("another process's number is seen with the journal", async () => {
    const content = apply(delivered, change(3, /qmail \d+/, 'qmail 4441'))
    expect(errorsOf(await check(content, expected, { journal }))).toEqual(['content-changed 3 2'])
  })
})
