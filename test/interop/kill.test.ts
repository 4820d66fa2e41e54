/**
 * The long run of test/chain/kill.test.ts: a hundred kills.
 */
import { expect, test } from 'vitest'
import { killAgainAndAgain } from '../chain/killing.js'

test('killed a hundred times under load the chain has lost nothing', { timeout: 300_000 }, async () => {
  const summary = await killAgainAndAgain(100, 2, '127.84.2')
  expect(summary.acknowledged).toBeGreaterThan(100)
})
