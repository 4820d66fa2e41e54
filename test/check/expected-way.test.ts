/**
 * A way as a pattern, beside a chain and alone.
 */
import { describe, expect, it, onTestFinished } from 'vitest'
import { check } from '../../src/check/check.js'
import { alongWay, checkWay, describePath, plainWay, readWay } from '../../src/check/expected-way.js'
import { fieldLines } from '../../src/check/field-lines.js'
import type { ExpectedHop } from '../../src/check/types.js'
import { type ChainInput, startChain } from '../../src/index.js'
import type { Journal } from '../../src/journal/journal.js'
import { errorsOf } from './verdicts.js'

const names = ['a', 'b', 'c']
const hops: ExpectedHop[] = names.map((mta, at) => {
  return { mta, hostname: `${mta}.chain.test`, address: `127.0.0.${at + 1}` }
})

/** The stamps of these MTAs, the newest on top. */
function stamps(ways: readonly string[]): string {
  const written = ways.map((mta, at) => {
    const before = ways[at - 1]
    const from =
      before === undefined
        ? 'client.test (unknown [127.0.0.1])'
        : `${before}.chain.test (${before}.chain.test [127.0.0.${names.indexOf(before) + 1}])`
    const own = `${mta}.chain.test ([127.0.0.${names.indexOf(mta) + 1}])`
    return [
      `Received: from ${from}\r\n by ${own} with ESMTP id 4F2K7Q9XW${at}`,
      ` for <b@example.test>; Tue, 24 Nov 2026 10:00:0${at} +0000\r\n`,
    ].join('\r\n')
  })
  return written.toReversed().join('')
}

function mail(ways: readonly string[] = names, below = ''): string {
  return `Return-Path: <a@example.test>\r\n${stamps(ways)}${below}Subject: Hello\r\n\r\nHi\r\n`
}

const three = ['submission', 'gateway', 'mailbox'].map((name, at) => ({ name, address: `127.83.2.${at + 1}` }))

/** One message that went through a chain of these. */
async function sent(mtas: ChainInput['mtas']): Promise<{ readonly content: Buffer; readonly journal: Journal }> {
  const chain = await startChain({ mtas })
  onTestFinished(() => chain.close())
  const sending = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello there' })
  const [delivered] = await sending.delivered()
  return { content: Buffer.from(delivered?.content ?? ''), journal: chain.journal }
}

const claim = 'Received: from x by elsewhere.example with ESMTP id 7; Tue, 24 Nov 2026 09:00:00 +0000\r\n'

describe('beside a chain', () => {
  it.each(['a > b > c', 'a > ? > c', 'a > * > c', '** > b > **', '127.0.0.1 > b.chain.test > C', '*'])(
    'lets pass what went %s',
    async way => {
      const verdict = await check(mail(), { hops })
      expect(alongWay(verdict, hops, readWay(way))).toBe(verdict)
      expect(verdict.verdict).toBe('pass')
    },
  )

  it('fails what passes but went another way, with both ways', async () => {
    const verdict = alongWay(await check(mail(), { hops }), hops, readWay('a > c'))
    expect(verdict.verdict).toBe('fail')
    expect(verdict.findings[0]).toMatchObject({
      code: 'other-path',
      severity: 'error',
      position: null,
      field: null,
      expected: 'a > c',
      found: 'a > b > c',
    })
  })

  it.each(['* > a > b > c', 'a > b > * > c', 'a > ** > b', 'a > b > c > ?', '? > ?'])(
    'fails what did not go %s',
    async way => {
      expect(errorsOf(alongWay(await check(mail(), { hops }), hops, readWay(way)))).toEqual(['other-path - -'])
    },
  )

  it('adds nothing to what failed already: one defect earns one code', async () => {
    const verdict = alongWay(await check(mail(['a', 'c']), { hops }), hops, readWay('a > b > c'))
    expect(errorsOf(verdict)).not.toContain('other-path - -')
    expect(verdict.verdict).toBe('fail')
  })

  it('knows an MTA by its address where its stamps do not tell it', async () => {
    const mta = { name: 'p', address: '127.83.2.9', stamp: 'postfix' } as const
    const { content } = await sent([mta])
    const expected = [{ mta: 'p', hostname: 'p.chain.test', address: mta.address, stamp: mta.stamp }]
    const verdict = await check(content, { hops: expected })
    expect(verdict).toMatchObject({ verdict: 'pass', path: [{ by: { address: null } }] })
    expect(alongWay(verdict, expected, readWay(mta.address))).toBe(verdict)
  })
})

describe('alone', () => {
  it.each([
    ['a.* > * > c.*', 3],
    ['127.0.0.1 > ? > c.chain.test', 3],
    ['* > c.*', 3],
    ['** > 127.0.0.2 > **', 3],
    ['b.* > **', 2],
    ['?', 1],
  ])('takes the newest fields that are %s for the path', async (way, length) => {
    const verdict = await checkWay(mail(), readWay(way))
    expect(errorsOf(verdict)).toEqual([])
    expect(verdict.path).toHaveLength(length)
    expect(verdict.claimed).toHaveLength(3 - length)
    expect(verdict.evidence).toBe('message')
  })

  it('believes no claim below a first hop that is named', async () => {
    const verdict = await checkWay(
      mail(names, stamps(names).replaceAll('4F2K7Q9XW', 'OLDER') + claim),
      readWay('a.* > ** > c.*'),
    )
    expect(verdict).toMatchObject({
      verdict: 'pass',
      path: names.map(name => ({ by: { name: `${name}.chain.test` } })),
    })
    expect(verdict.claimed).toHaveLength(4)
  })

  it('proves that each field agrees with the next', async () => {
    const forged = mail().replace('by a.chain.test ([127.0.0.1])', 'by a.chain.test ([127.0.0.7])')
    expect(errorsOf(await checkWay(forged, readWay('a.* > ** > c.*')))).toEqual(['from-address 2 1'])
  })

  it('fails what tells another way, and trusts none of it', async () => {
    const verdict = await checkWay(mail(), readWay('a.* > c.*'))
    expect(errorsOf(verdict)).toEqual(['other-path - -'])
    expect(verdict.findings[0]?.found).toBe('a.chain.test > b.chain.test > c.chain.test')
    expect(verdict.path.map(({ trusted }) => trusted)).toEqual([false, false, false])
  })

  it('fails what has no Received field', async () => {
    const verdict = await checkWay('Subject: x\r\n\r\n', readWay('a > *'))
    expect(verdict).toMatchObject({ verdict: 'fail', findings: [{ code: 'other-path', found: 'no hops' }] })
  })

  it('ends soon with a message of very many fields', async () => {
    const verdict = await checkWay(claim.repeat(12_000), readWay('* > ** > elsewhere.example > * > ** > nowhere'))
    expect(verdict.findings[0]?.code).toBe('other-path')
    expect(verdict.path).toHaveLength(100)
  })
})

describe('alone, with the journal', () => {
  it('knows MTAs by the names of the journal, and proves all that it does', async () => {
    const { content, journal } = await sent(three)
    for (const way of ['submission > gateway > mailbox', 'submission.* > * > 127.83.2.3', '**']) {
      const verdict = await checkWay(content, readWay(way), { journal, requireJournal: true })
      expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal' })
      expect(describePath(verdict.path)).toBe('submission > gateway > mailbox')
    }
    const changed = content.toString().replace('Hello there', 'Hello where')
    expect(errorsOf(await checkWay(changed, readWay('**'), { journal }))).toEqual(['content-changed 1 2'])
    const other = content.toString().replaceAll('gateway.chain.test', 'gatewax.chain.test')
    expect((await checkWay(other, readWay('**'), { journal })).verdict).toBe('fail')
  })

  it('takes no hop that the journal knows for a claim', async () => {
    const { content, journal } = await sent(three)
    expect(errorsOf(await checkWay(content, readWay('gateway > mailbox'), { journal }))).toEqual(['other-path - -'])
    expect(errorsOf(await checkWay(content, readWay('gateway.* > mailbox.*')))).toEqual([])
  })
})

it('is plain where it names every MTA', () => {
  expect(plainWay(readWay('a, b > 127.0.0.3'))).toEqual(['a', 'b', '127.0.0.3'])
  for (const open of ['a > *', 'a > ?', '**', 'gate* > b']) expect(plainWay(readWay(open))).toBeNull()
})

it('shows a path by the names of MTAs, hostnames or addresses', async () => {
  const { path } = await check(mail(), { hops })
  const [first, ...others] = path.map(hop => ({ ...hop, mta: null }))
  const unnamed = first ? [{ ...first, by: { ...first.by, name: null } }] : []
  expect(describePath([...unnamed, ...others])).toBe('127.0.0.1 > b.chain.test > c.chain.test')
})

it('knows the line of each field, whatever the line ends', () => {
  expect(fieldLines(mail(), hops)).toEqual([2, 5, 8])
  expect(fieldLines(mail().replaceAll('\r\n', '\n'), hops)).toEqual([2, 5, 8])
})
