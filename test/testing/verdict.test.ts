/**
 * What the checker says, as matchers.
 */
import { describe, expect, it } from 'vitest'
import { type ExpectedFinding, toHaveFinding, toHaveVerdict } from '../../src/testing/verdict.js'
import { agreement, chainOf, deliver, refusal } from './kit.js'

const fixed = [
  { name: 'submission', address: '127.81.202.1' },
  { name: 'gateway', address: '127.81.202.2' },
]

async function changed() {
  const chain = await chainOf(fixed)
  const text = Buffer.from((await deliver(chain)).content).toString()
  return { chain, text: text.replace('([127.81.202.2])', '([127.81.202.9])') }
}

describe('toHaveVerdict', () => {
  it('proves a delivered message by the journal of its chain', async () => {
    const mail = await deliver(await chainOf(fixed))
    expect(await toHaveVerdict(mail, 'pass')).toMatchObject({ pass: true, actual: 'pass' })
    expect(await agreement(toHaveVerdict(mail, 'pass'))).toContain(
      'not to have the verdict pass, evidence: message+journal',
    )
  })

  it('shows what was found', async () => {
    const { chain, text } = await changed()
    expect(await toHaveVerdict(text, 'fail', { chain })).toMatchObject({ pass: true })
    const path = chain.expectedPath()
    expect(await refusal(toHaveVerdict(text, 'pass', { path, journal: chain.journal }))).toMatch(
      /^expected the message to have the verdict pass, evidence: message\+journal\n\n✘ message\n {2}1 {2}submission[^]*✘ by-address \(hop 2, field 0\) {2}At gateway, /,
    )
    expect(await refusal(toHaveVerdict(text, 'pass', { path }))).toContain('evidence: message\n')
  })

  it('does not take the octets of a message for the message: it has to be told the chain', async () => {
    const mail = await deliver(await chainOf(fixed))
    for (const octets of [mail.content, { ...mail }]) {
      await expect(toHaveVerdict(octets, 'pass')).rejects.toThrow(
        'nobody told which way the message was to take: give { chain }',
      )
    }
  })

  it('throws for what is no verdict', async () => {
    const mail = await deliver(await chainOf(fixed))
    await expect(Reflect.apply(toHaveVerdict, null, [mail, 'passed'])).rejects.toThrow(
      `expected 'pass' or 'fail', found "passed"`,
    )
    await expect(Reflect.apply(toHaveVerdict, null, [mail, 'pass', {}])).rejects.toThrow(
      'expected { chain } or { path, journal }',
    )
  })
})

describe('toHaveFinding', () => {
  it.each<ExpectedFinding>([
    {},
    { position: 2 },
    { position: 2, field: 0, severity: 'error', expected: '127.81.202.2', found: /9$/, message: /^At gateway/ },
    { found: expect.stringContaining('127') },
    { position: expect.any(Number) },
  ])('%o', async expected => {
    const { chain, text } = await changed()
    expect(await toHaveFinding(text, 'by-address', expected, { chain })).toMatchObject({ pass: true })
  })

  it('shows those that there are', async () => {
    const { chain, text } = await changed()
    expect(await refusal(toHaveFinding(text, 'by-address', { position: 1 }, { chain }))).toContain(
      `expected the message to have the finding by-address { position: 1 }, found:

  by-address { position: 2, field: 0 }  At gateway, the address after "by" is 127.81.202.9, not 127.81.202.2.

✘ message
`,
    )
    const mail = await deliver(chain)
    expect(await refusal(toHaveFinding(mail, 'loop'))).toContain('to have the finding loop, found:\n\n  no finding\n')
  })

  it.each<[unknown, unknown, string]>([
    ['by-adress', {}, 'there is no finding "by-adress": did you mean by-address?'],
    [7, {}, 'there is no finding 7: expected one of not-delivered, malformed'],
    ['loop', { hop: 1 }, 'a finding has no hop, only position, field'],
    ['loop', 2, 'expected an object as { position: 2 }, found 2'],
  ])('throws for %o with %o', async (code, expected, message) => {
    const mail = await deliver(await chainOf(fixed))
    await expect(Reflect.apply(toHaveFinding, null, [mail, code, expected])).rejects.toThrow(message)
  })
})
