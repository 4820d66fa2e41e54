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
