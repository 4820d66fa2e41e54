import { expect, test } from 'vitest'
import { chainTemplate } from '../../src/config/init.js'
import { readChainText } from '../../src/config/load.js'
import { accepted } from './results.js'

const load = (text: string) => accepted(readChainText(text))

test('a template for any number of MTAs loads, and no message of it has too many hops', () => {
  for (let count = 1; count <= 250; count++) {
    const { mtas } = load(chainTemplate(count))
    expect(mtas).toHaveLength(count)
    expect(mtas[0]?.limits.hops).toBeGreaterThan(count)
    expect(mtas.at(-1)?.name).toBe('mailbox')
  }
})

test('a short chain has the names that people expect', () => {
  expect(load(chainTemplate(5)).mtas.map(({ name, address }) => `${name} ${address}`)).toEqual([
    'submission 127.0.0.11',
    'outbound 127.0.0.12',
    'gateway 127.0.0.13',
    'filter 127.0.0.14',
    'mailbox 127.0.0.15',
  ])
})

test('the examples in comments load too, and are the defaults', () => {
  const text = chainTemplate(2).replaceAll(/^( *)\/\/ (?=")/gm, '$1')
  expect(text).toContain('\n  "retry": ')
  expect(text).toContain('\n    "messageSize": ')
  expect(load(text)).toEqual(load(chainTemplate(2)))
})

test.each([0, 251, 1.5, Number.NaN])('a chain of %d MTAs is refused', count => {
  expect(() => chainTemplate(count)).toThrow(RangeError)
})
