/**
 * Suites of users that do not pass: text, for they import the package that is installed.
 */

/** The second test fails, and shows what happened in its chain. */
export function failing(scope: string): string {
  return `
    import { expect } from 'vitest'
    import { chainTest } from 'mta-chain/vitest'
    const mtas = [{ name: 'first', address: '127.0.0.11' }, { name: 'last', address: '127.0.0.12' }]
    const test = chainTest({ mtas }, { scope: '${scope}' })
    const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }
    test('passes', async ({ chain }) => {
      const sent = await chain.send({ ...mail, subject: 'passing' })
      await expect(sent).toHaveTravelled(['first', 'last'])
    })
    test('fails', async ({ chain }) => {
      const sent = await chain.send({ ...mail, subject: 'failing' })
      await expect(sent).toHaveTravelled(['last', 'first'])
    })`
}

/** The first test fails, for what nobody awaited. `head` imports expect and test. */
export function unawaited(head: string): string {
  return `${head}
    import { startChain } from 'mta-chain'
    test('fails', async () => {
      const chain = await startChain({ mtas: [{ name: 'only', address: '127.0.0.11' }] })
      const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }
      const [delivered] = await (await chain.send(mail)).delivered()
      expect(delivered).toHaveTravelled(['only'])
      expect(delivered).toHaveTravelled(['only', 'only'])
      await chain.close()
    })
    test('passes', async () => {
      const late = expect('Received: by a.example; x\\n\\n').toMatchPath('b.example')
      await new Promise(resolve => setImmediate(resolve))
      await expect(late).rejects.toThrow('to match b.example')
    })`
}

/** Tests that run at the same time, the first of which fails; and what nobody awaits outside of them. */
export const concurrent = `
  import { afterAll, describe, expect, test } from 'vitest'
  import 'mta-chain/vitest'
  const message = 'Received: by a.example; x\\n\\n'
  const turn = () => new Promise(resolve => setImmediate(resolve))
  describe.concurrent('at the same time', () => {
    test('fails', async ({ expect }) => {
      await turn()
      expect(message).toMatchPath('b.example')
    })
    test('passes', async ({ expect }) => {
      for (let n = 0; n < 10; n++) await turn()
      await expect(message).toMatchPath('a.example')
    })
  })
  afterAll(async () => {
    expect(message).toMatchPath('of.no.test')
    for (let n = 0; n < 10; n++) await turn()
  })`

/** node:test: the second test fails, and the chain of each is open when it ends. */
export const failingInNode = `
  import { test } from 'node:test'
  import { assertTravelled, chainFor } from 'mta-chain/node-test'
  const config = { mtas: [{ name: 'first', address: '127.0.0.11' }, { name: 'last', address: '127.0.0.12' }] }
  const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }
  test('passes', async t => {
    const chain = await chainFor(t, config)
    await assertTravelled(await chain.send({ ...mail, subject: 'passing' }), ['first', 'last'])
  })
  test('fails', async t => {
    const chain = await chainFor(t, config, { transcripts: false })
    const sent = await chain.send({ ...mail, subject: 'failing' })
    await assertTravelled(sent, ['last', 'first'])
  })`

/** jest: the first test fails, with its chain open. */
export const chainsInJest = `
  import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
  import { useChain } from 'mta-chain/jest'
  const config = { mtas: [{ name: 'first', address: '127.0.0.11' }, { name: 'last', address: '127.0.0.12' }] }
  const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }
  const seen = []
  describe('a chain for each test', () => {
    const chain = useChain({ ...config, retry: { after: ['100ms'] } }, { transcripts: false })
    test('fails', () => {
      seen.push(chain())
      expect(chain().mtas).toEqual([])
    })
    test('is closed after it', async () => {
      expect(chain()).not.toBe(seen[0])
      await expect(seen[0].send(mail)).rejects.toThrow()
    })
    test('stays until a matcher that nobody awaited has passed', async () => {
      chain().faults.add('last', { at: 'rcpt', first: 1, reply: '450 4.7.1 Later' })
      expect(await chain().send(mail)).toHaveTravelled(['first', 'last'])
    })
  })
  describe('a chain for all tests', () => {
    const chain = useChain(config, { scope: 'file' })
    beforeAll(async () => void (await chain().send(mail)).delivered())
    test('has what was sent before', () => void seen.push(chain()))
    test('is the same', () => expect(chain()).toBe(seen.at(-1)))
  })
  test('is closed after them', () => expect(seen.at(-1).send(mail)).rejects.toThrow())
  const outside = useChain(config, { scope: 'file' })
  let early
  try { outside() } catch (error) { early = error.message }
  test('is none before it starts', () => expect(early).toContain('no chain runs here'))`

/** Tests that pass, and what nobody awaits in the hooks behind them. */
export const hooksOfJest = `
  import { afterAll, describe, expect, test } from '@jest/globals'
  import 'mta-chain/jest'
  const message = 'Received: by a.example; x\\n\\n'
  const turn = () => new Promise(resolve => setImmediate(resolve))
  describe('tests', () => {
    test('pass', () => {})
    afterAll(() => void expect(message).toMatchPath('of.describe'))
  })
  afterAll(async () => {
    expect(message).toMatchPath('of.the.file')
    for (let n = 0; n < 100; n++) await turn()
  })`
