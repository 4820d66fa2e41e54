/**
 * The matchers in vitest's `expect`, the fixture, and the same as assertions.
 */
import { AssertionError } from 'node:assert'
import { afterAll, describe, expect, expectTypeOf } from 'vitest'
import { type Chain, startChain } from '../../src/index.js'
import * as plain from '../../src/testing/node-test.js'
import { chainTest } from '../../src/testing/vitest.js'
import { hello } from './kit.js'

const mtas = [
  { name: 'first', address: '127.81.204.1' },
  { name: 'last', address: '127.81.204.2', recipients: ['*@example.test'] },
]
const test = chainTest({ mtas })
const inFile = chainTest({ mtas }, { scope: 'file' })

describe('expect', () => {
  test('has all matchers, and each can be negated', async ({ chain }) => {
    const sent = await chain.send(hello)
    await expect(sent).toHaveTravelled(['first', 'last'])
    await expect(sent).not.toHaveTravelled(['first'])
    await expect(sent).toHavePassedThrough('first')
    await expect(sent).toMatchPath('first > **')
    await expect(sent).not.toMatchPath('first')
    await expect(sent).toHaveHop({ by: 'last', from: 'first', id: expect.any(String) })
    await expect(sent).not.toHaveHop({ with: 'ESMTPS' })
    await expect(sent).toHaveVerdict('pass')
    await expect(sent).not.toHaveVerdict('fail')
    await expect(sent).not.toHaveFinding('loop')
    await expect(sent).not.toHaveBeenBouncedBy('last')
    await expect(sent).toHaveArrivedWithin('1m')
    await expect(chain.send(hello)).resolves.toHaveTravelled(['first', 'last'])
  })

  test('fails with what the matcher says, negated too', async ({ chain }) => {
    const sent = await chain.send(hello)
    await expect(expect(sent).toHaveTravelled(['last'])).rejects.toThrow('✗ 1  last      first  first.chain.test')
    await expect(expect(sent).not.toHavePassedThrough('last')).rejects.toThrow('→ 2  last')
  })

  test('fails for a mistake, negated or not', async ({ chain }) => {
    const sent = await chain.send(hello)
    const advice = 'did you mean last?'
    await expect(expect(sent).toHavePassedThrough('lost')).rejects.toThrow(advice)
    await expect(expect(sent).not.toHavePassedThrough('lost')).rejects.toThrow(advice)
  })
})

// each looks at what the one before left
describe('chainTest', { shuffle: false }, () => {
  const chains = new Set<Chain>()
  test('gives a test a chain of its own', ({ chain }) => {
    expectTypeOf(chain).toEqualTypeOf<Chain>()
    chains.add(chain)
    expect(chain.events.last).toBe(0)
  })

  test('and closes it', async ({ chain }) => {
    chains.add(chain)
    expect(chains.size).toBe(2)
    const [first] = chains
    await expect(first?.send(hello)).rejects.toThrow('not delivered')
  })

  const shared = new Set<Chain>()
  inFile('gives all tests of a file the same where that is wanted', ({ chain }) => void shared.add(chain))
  inFile('and goes on with it', async ({ chain }) => {
    expect(shared.has(chain)).toBe(true)
    await expect(chain.send(hello)).resolves.toHaveTravelled(['first', 'last'])
  })
  afterAll(() => {
    expect(shared.size).toBe(1)
  })

  test('starts as many chains of one configuration as run at once, and none sees the mail of another', async ({
    chain,
  }) => {
    const chainsAtOnce = [chain, ...(await Promise.all([1, 2, 3].map(() => startChain({ mtas }))))]
    try {
      const sent = await Promise.all(chainsAtOnce.map((each, at) => each.send({ ...hello, subject: `chain ${at}` })))
      for (const each of sent) await expect(each).toHaveVerdict('pass')
      const counts = await Promise.all(chainsAtOnce.map(async each => (await each.mailbox('b@example.test')).length))
      expect(counts).toEqual([1, 1, 1, 1])
    } finally {
      await Promise.all(chainsAtOnce.map(each => each.close()))
    }
  })
})

describe('assertions', () => {
  test('pass, and their negations', async ({ chain }) => {
    const sent = await chain.send(hello)
    await plain.assertTravelled(sent, ['first', 'last'])
    await plain.assertNotTravelled(sent, ['last'])
    await plain.assertPassedThrough(sent, 'first')
    await plain.assertPath(sent, '* > last')
    await plain.assertNotPath(sent, 'last')
    await plain.assertHop(sent, { by: 'last' })
    await plain.assertNoHop(sent, { by: 'last', with: 'SMTP' })
    await plain.assertVerdict(sent, 'pass')
    await plain.assertNoFinding(sent, 'delayed')
    await plain.assertArrivedWithin(sent, '1m')
    await plain.assertNotBouncedBy(sent, 'last')
    const refused = await chain.send({ ...hello, to: 'b@elsewhere.test' })
    await plain.assertBouncedBy(refused, 'last', 550)
  })

  test('have nothing in them that a terminal would act upon', async () => {
    const forged = 'Received: from a.example by b\u202e.example id x\u009b; Mon, 30 Nov 2026 10:00:00 +0000\r\n\r\n'
    for (const asserted of [plain.assertTravelled(forged, ['c']), plain.assertHop(forged, { by: 'c' })]) {
      const error = await asserted.catch((reason: unknown) => reason)
      const { message, actual } = error instanceof AssertionError ? error : { message: '', actual: null }
      expect(message).toContain('b\\x202e.example')
      expect(JSON.stringify(actual)).toContain('b\\\\x202e.example')
      expect(message + JSON.stringify(actual)).not.toMatch(/[\u202e\u009b]/)
    }
  })

  test('throw an AssertionError with what was expected and found', async ({ chain }) => {
    const sent = await chain.send(hello)
    const error = await plain.assertTravelled(sent, ['last']).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AssertionError)
    expect(error).toMatchObject({
      operator: 'assertTravelled',
      expected: ['last'],
      actual: ['first', 'last'],
      message: expect.stringContaining('✗ 1  last      first'),
    })
    await expect(plain.assertNotPassedThrough(sent, 'last')).rejects.toMatchObject({
      name: 'AssertionError',
      operator: 'assertNotPassedThrough',
    })
    await expect(plain.assertFinding(sent, 'loop')).rejects.toThrow(AssertionError)
    await expect(plain.assertNotArrivedWithin(sent, '1m')).rejects.toThrow(AssertionError)
    await expect(plain.assertVerdict(sent, 'fail')).rejects.toThrow(AssertionError)
    await expect(plain.assertNotPassedThrough(sent, 'lost')).rejects.toThrow(TypeError)
  })
})
