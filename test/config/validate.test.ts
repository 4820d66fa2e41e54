import { expect, test } from 'vitest'
import { validateChain } from '../../src/config/load.js'
import { accepted, refused } from './results.js'

const mtas = [
  { name: 'a', address: '127.0.0.11' },
  { name: 'b', address: '127.0.0.12' },
]

test('in code, ports are free ones, spool and mailbox are in memory', () => {
  const config = accepted(validateChain({ mtas }))
  expect(config).toMatchObject({ spool: 'memory', mailbox: 'memory' })
  expect(config.mtas.map(({ port }) => port)).toEqual([0, 0])
})

test('in code, the configuration is what it says', () => {
  const config = accepted(validateChain({ mtas, port: 2525, spool: 'disk', mailbox: 'maildir' }))
  expect(config).toMatchObject({ spool: 'disk', mailbox: 'maildir' })
  expect(config.mtas.map(({ port }) => port)).toEqual([2525, 2525])
})

test('in code, undefined is as good as not given', () => {
  const limits = { hops: undefined, errors: 3 }
  const entry = { name: 'a', address: '127.0.0.11', port: undefined, hostname: undefined, exposed: undefined, limits }
  const config = accepted(validateChain({ port: undefined, spool: undefined, limits: { hops: 7 }, mtas: [entry] }))
  expect(config.spool).toBe('memory')
  expect(config.mtas[0]).toMatchObject({ port: 0, hostname: 'a.chain.test', limits: { hops: 7, errors: 3 } })
})

test('in code, mistakes have a path and no position', () => {
  const text = refused(validateChain({ mtas: [...mtas, { name: 'A', address: '10.0.0.1', prot: 25 }], retry: () => 1 }))
  expect(text.split('\n').map(line => line.replace(/, expected.*/, ''))).toEqual([
    'chain.json: mtas[2].prot: found an unknown key',
    'chain.json: retry: found a function',
    'chain.json: mtas[2].address: found "10.0.0.1"',
    'chain.json: mtas[2].name: found "A"',
    '4 mistakes in chain.json',
  ])
})

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [[], 'an empty list'],
  ['chain.json', '"chain.json"'],
  [1n, 'a bigint'],
])('%s is no configuration', (value, found) => {
  expect(refused(validateChain(value))).toContain(`chain.json: found ${found}, expected an object as {`)
})
