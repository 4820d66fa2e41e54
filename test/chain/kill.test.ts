/**
 * Nothing that got 250 is lost by kill -9, at whatever moment; the long run is test/interop/kill.test.ts.
 */
import { expect, test } from 'vitest'
import { killAgainAndAgain } from './killing.js'

test('killed under load, again and again, the chain has lost nothing', { timeout: 60_000 }, async () => {
  const summary = await killAgainAndAgain(5, 1, '127.84.1')
  expect(summary.acknowledged).toBeGreaterThan(5)
})
