import { expect, test } from 'vitest'
import { keyOf, Memory } from '../../src/fault/memory.js'

test('so many are remembered; what was set longest ago is forgotten first', () => {
  const memory = new Memory<string, number>(2)
  memory.set('a', 1)
  memory.set('b', 2)
  memory.set('a', 3)
  memory.set('c', 4)
  expect([memory.get('a'), memory.get('b'), memory.get('c')]).toEqual([3, undefined, 4])
})

test('a key tells what was said apart, and is short however much that was', () => {
  const recipients = Array.from({ length: 1000 }, (_, at) => `r${at}@example.test`)
  const keys = [recipients, recipients.slice(1), ['a', 'b'], ['ab'], ['a', null], ['a', 'null'], []].map(keyOf)
  expect(new Set(keys).size).toBe(keys.length)
  expect(keyOf(recipients)).toBe(keys[0])
  expect(Math.max(...keys.map(key => key.length))).toBeLessThan(50)
})
