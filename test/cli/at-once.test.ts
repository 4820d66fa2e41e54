import { expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { mapAtOnce } from '../../src/cli/at-once.js'

it('does so many at once, and has the results in order', async () => {
  let running = 0
  let most = 0
  const results = await mapAtOnce([5, 1, 3, 2, 4], 2, async ms => {
    most = Math.max(most, ++running)
    await sleep(ms)
    running--
    return ms * 10
  })
  expect({ results, most }).toEqual({ results: [50, 10, 30, 20, 40], most: 2 })
})

it('begins nothing any more once one has failed', async () => {
  const begun: number[] = []
  const work = async (item: number): Promise<void> => {
    begun.push(item)
    await sleep(item)
    if (item === 1) throw new Error('one')
  }
  await expect(mapAtOnce([1, 5, 2, 2], 2, work)).rejects.toThrow('one')
  await sleep(10)
  expect(begun).toEqual([1, 5])
})
