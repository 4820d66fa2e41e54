/**
 * One change to the field of an MTA that stamps in a dialect, in the middle of a chain of five, for each dialect: with
 * the journal every one is found, from the message alone as far as the dialect tells it. A finding is `code position
 * field`.
 */
import { describe, expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { tellsOf } from '../../src/check/dialects/read.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { chainOf, deliver, historyOf, journalOf, queueId, stampOf } from '../support/delivered-message.js'
import { apply, change, drop, insert, type Mutation, replay, stampAt, swap } from './mutations.js'
import { errorsOf } from './verdicts.js'

const template =
  'from {helo} ({name} [{address}]) by {hostname} ([{ip}]) with {protocol} (own) id {id}{?for: for <{for}>}; {date}'
const stamps = [...stampNames, template]

/** The third of five MTAs stamps so; the others as RFC 5321 has it. */
function deliverWith(stamp: string, everywhere = false) {
  return deliver({ mtas: chainOf(5).map((mta, at) => (at === 2 || everywhere ? { ...mta, stamp } : mta)) })
}

const foreign =
  'Received: from x.test ([192.0.2.1]) by y.test (Postfix) with SMTP id 7; Tue, 24 Nov 2026 09:00:00 +0000\r\n'
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

/** Dialects for which it holds. */
function those(holds: (stamp: string) => boolean): string[] {
  return stamps.filter(holds)
}

const hasId = (stamp: string): boolean => tellsOf(stamp).id === 'whole'
const isProgram = (stamp: string): boolean => stamp !== 'rfc5321' && stamp !== template

/** Error codes, with the journal and without. */
async function findingsOf(stamp: string, mutation: Mutation) {
  const delivered = deliverWith(stamp)
  const content = apply(delivered, mutation)
  const proved = errorsOf(await check(content, delivered.expected, { journal: delivered.journal }))
  expect(proved).not.toEqual([])
  return { proved, alone: errorsOf(await check(content, delivered.expected)) }
}

/** The same with the journal and without. */
function both(...findings: readonly string[]) {
  return { proved: findings, alone: findings }
}

describe('untouched', () => {
  test.each(stamps.flatMap(stamp => [false, true].map(everywhere => [stamp, everywhere] as const)))(
    '%s passes; everywhere: %s',
    async (stamp, everywhere) => {
      const honest = deliverWith(stamp, everywhere)
      for (const options of [{}, { journal: honest.journal, requireJournal: true }]) {
        const verdict = await check(honest.content, honest.expected, options)
        expect(errorsOf(verdict)).toEqual([])
        expect(verdict.path.map(({ mta }) => mta)).toEqual(['mta1', 'mta2', 'mta3', 'mta4', 'mta5'])
      }
    },
  )
})

describe('the MTA', () => {
  test.each(those(hasId))('%s: the name after by', async stamp => {
    expect((await findingsOf(stamp, change(3, 'mta3.', 'evil.'))).proved).toEqual(['by-name 3 2'])
  })

  test.each(stamps)('%s: the name after by, from the message alone', async stamp => {
    expect((await findingsOf(stamp, change(3, 'mta3.', 'evil.'))).alone).not.toEqual([])
  })

  test.each(those(stamp => tellsOf(stamp).byAddress))('%s: the address after by', async stamp => {
    expect(await findingsOf(stamp, change(3, '127.0.0.13', '127.0.0.99'))).toEqual(both('by-address 3 2'))
  })
})

describe('the client', () => {
  test.each(those(stamp => tellsOf(stamp).address))('%s: its address', async stamp => {
    expect(await findingsOf(stamp, change(3, '127.0.0.12', '127.0.0.99'))).toEqual(both('from-address 3 2'))
    // whatever the field below tells
    for (const neighbour of stamps) {
      const mtas = chainOf(5).map((mta, at) => ({ ...mta, stamp: at === 2 ? stamp : neighbour }))
      const delivered = deliver({ mtas })
      const content = apply(delivered, change(3, '127.0.0.12', '127.0.0.99'))
      expect(errorsOf(await check(content, delivered.expected)), neighbour).toEqual(['from-address 3 2'])
    }
  })

  test.each(stamps)('%s: its name or HELO', async stamp => {
    const { proved, alone } = await findingsOf(stamp, change(3, 'mta2.', 'evil.'))
    expect(proved.some(finding => /^from-(?:helo|name) 3 2$/.test(finding))).toBe(true)
    expect(alone).toEqual(proved)
  })

  // Exim and qmail leave HELO out where it is the name
  const hasBoth = (stamp: string): boolean => tellsOf(stamp).name && !['exim', 'qmail'].includes(stamp)
  test.each(those(hasBoth))('%s: its name', async stamp => {
    expect(await findingsOf(stamp, second('mta2.', 'evil.'))).toEqual(both('from-name 3 2'))
  })
})

describe('the transaction', () => {
  test.each(those(stamp => tellsOf(stamp).protocols !== null))('%s: the protocol', async stamp => {
    expect(await findingsOf(stamp, change(3, /with E?SMTP/i, 'with LMTP'))).toEqual(both('protocol 3 2'))
  })

  test.each(those(stamp => tellsOf(stamp).for))('%s: the recipient', async stamp => {
    expect(await findingsOf(stamp, change(3, 'b@', 'x@'))).toEqual(both('for 3 2'))
  })

  test.each(those(stamp => tellsOf(stamp).sender))('%s: the reverse-path', async stamp => {
    expect(await findingsOf(stamp, change(3, 'a@', 'x@'))).toEqual(both('return-path 3 2'))
  })

  test.each(those(hasId))('%s: the queue id', async stamp => {
    const other = deliver({ serial: 77, mtas: chainOf(5).map(mta => ({ ...mta, stamp })) })
    const [own, another] = [deliverWith(stamp), other].map(({ events }) => events[2]?.id ?? '')
    expect((await findingsOf(stamp, change(3, own ?? '', another ?? ''))).proved).toEqual(['queue-id 3 2'])
  })

  test.each(stamps)('%s: the date', async stamp => {
    for (const hour of ['09:00', '11:00']) {
      const { proved, alone } = await findingsOf(stamp, change(3, /10:00(?=:\d\d(?:\.\d+)? (?:[+-]|GMT))/g, hour))
      expect(proved).toEqual(['date 3 2'])
      expect(alone).toEqual(['time-backwards 3 2'])
    }
    const { proved } = await findingsOf(stamp, change(3, /10:00:03(?=(?:\.\d+)? (?:[+-]|GMT))/g, '10:00:02'))
    expect(proved).toEqual(['date 3 2'])
  })
})

describe('the field', () => {
  test.each(stamps)('%s: octets that say the same', async stamp => {
    const { proved } = await findingsOf(stamp, change(3, 'mta3.chain.test', 'MTA3.chain.test'))
    expect(proved).toEqual(['content-changed 3 2'])
  })

  test.each(stamps)('%s: the number of hops', async stamp => {
    expect(await findingsOf(stamp, drop(3))).toEqual(both('missing-hop 3 -'))
    expect(await findingsOf(stamp, replay(3, 0))).toEqual(both('loop 3 0'))
    expect(await findingsOf(stamp, insert(2, foreign))).toEqual(both('unexpected-hop - 2'))
  })

  test.each(stamps)('%s: the order of hops', async stamp => {
    const { proved, alone } = await findingsOf(stamp, swap(2, 3))
    // without queue ids nobody can tell which of the two slipped
    for (const found of [proved, alone]) expect(found.join()).toMatch(/^wrong-order (?:2 2|3 3)$/)
  })

  test.each(those(isProgram))('%s: one as RFC 5321 has it is not its own', async stamp => {
    expect((await findingsOf(stamp, change(3, /^[^]*$/, rfc))).alone).toEqual(['malformed 3 2'])
  })

  test.each(stamps)('%s: where nothing is known of dialects', async stamp => {
    const delivered = deliverWith(stamp === template ? 'rfc5321' : stamp)
    const any = {
      ...delivered.expected,
      hops: delivered.expected.hops.map(hop => ({ ...hop, address: null, stamp: null })),
    }
    expect(errorsOf(await check(delivered.content, any))).toEqual([])
    expect(errorsOf(await check(apply(delivered, change(3, 'mta2.', 'evil.')), any))).not.toEqual([])
  })
})

test.each(stamps)('%s: a message that the chain has carried before', async stamp => {
  const mtas = chainOf(5).map(mta => ({ ...mta, stamp }))
  const earlier = deliver({ mtas })
  const again = deliver({ mtas, serial: 2, sent: earlier.content, start: Date.UTC(2026, 10, 24, 11) })
  const journal = journalOf([earlier, again].map(historyOf))
  for (const options of [{}, { journal }]) {
    const verdict = await check(again.content, again.expected, options)
    expect(errorsOf(verdict)).toEqual([])
    expect(verdict.claimed).toHaveLength(5)
  }
})

describe.each(['exchange', 'iis', 'qmail'])('%s, which tells no ids, within one second', stamp => {
  const mtas = chainOf(3).map(mta => ({ ...mta, stamp }))

  test('the same content of two senders', async () => {
    const two = ['a@example.test', 'z@example.test'].map((reversePath, at) =>
      deliver({ mtas, reversePath, serial: 1 + at }),
    )
    const journal = journalOf(two.map(historyOf))
    for (const { content, expected } of two) {
      for (const path of [expected, { hops: expected.hops }]) {
        const verdict = await check(content, path, { journal, requireJournal: true })
        expect(errorsOf(verdict)).toEqual([])
        expect(verdict.evidence).toBe('message+journal')
      }
    }
  })

  test('a delivered message sent again', async () => {
    const earlier = deliver({ mtas })
    for (const sent of [
      earlier.content,
      Buffer.concat([Buffer.from(earlier.parts.stamps.join('')), earlier.parts.sent]),
    ]) {
      const again = deliver({ mtas, serial: 2, sent })
      const journal = journalOf([earlier, again].map(historyOf))
      for (const { content, expected } of [earlier, again]) {
        expect(errorsOf(await check(content, expected, { journal, requireJournal: true }))).toEqual([])
      }
    }
  })
})

test.each(['constructor', 'toString', '__proto__'])('%s is no protocol', async word => {
  for (const stamp of those(name => tellsOf(name).protocols !== null)) {
    const { alone } = await findingsOf(stamp, change(3, /with E?SMTP/i, `with ${word}`))
    expect(alone, stamp).not.toEqual([])
  }
})

describe('every dialect in place of every other', () => {
  test.each([...stampNames, template])('%s', async stamp => {
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

  test.each([...stampNames].filter(stamp => stamp !== 'qmail'))('the newer one above a field of %s', async stamp => {
    const other = deliverWith(stamp)
    const forged = 'Received: (qmail 1 invoked from network); 24 Nov 2026 10:00:03 -0000\r\n'
    const content = apply(other, change(3, /^/, forged))
    const any = { ...other.expected, hops: other.expected.hops.map(hop => ({ ...hop, stamp: null })) }
    expect(errorsOf(await check(content, any))).not.toEqual([])
    expect(errorsOf(await check(content, other.expected))).not.toEqual([])
  })

  test("another process's number is seen with the journal", async () => {
    const content = apply(delivered, change(3, /qmail \d+/, 'qmail 4441'))
    expect(errorsOf(await check(content, expected, { journal }))).toEqual(['content-changed 3 2'])
  })
})
