import { expect, test } from 'vitest'
import { nearest } from '../../src/config/nearest.js'

const keys = ['name', 'address', 'port', 'hostname', 'recipients', 'limits']

test.each([
  ['prot', 'port'],
  ['adress', 'address'],
  ['Address', 'address'],
  ['hostName', 'hostname'],
  ['HOSTNAME', 'hostname'],
  ['hstnam', 'hostname'],
  ['recipient', 'recipients'],
  ['host', null],
  ['colour', null],
  ['', null],
])('"%s" was meant to be %s', (word, meant) => expect(nearest(word, keys)).toBe(meant))

test('a word that has no letter in common was not', () => expect(nearest('x', ['a', 'b'])).toBe(null))

test('of several near ones the nearest was meant', () => {
  expect(nearest('ideTime', ['sizeTime', 'idleTime'])).toBe('idleTime')
})
