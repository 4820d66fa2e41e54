import { expect, test } from 'vitest'
import { Memory } from '../../src/fault/memory.js'

test('so many are remembered; what was set longest ago is forgotten first', () => {
  const memory = new Memory<string, number>(2)
  memory.set('a', 1)
  memory.set('b', 2)
  memory.set('a', 3)
  memory.set('c', 4)
  expect([memory.get('a'), memory.get('b'), memory.get('c')]).toEqual([3, undefined, 4])
})
