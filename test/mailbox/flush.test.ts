/**
 * Flushes of a folder are shared, and none begins before what it is for.
 */
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FolderFlush } from '../../src/mailbox/flush.js'
import { temporaryFolder } from '../queue/spools.js'

/** Calls back for each folder that is flushed, before it is. */
async function spyOnSync(heard: () => void): Promise<void> {
  const handle = await open(temporaryFolder(), 'r')
  const prototype: { sync: () => Promise<void> } = Object.getPrototypeOf(handle)
  await handle.close()
  const { sync } = prototype
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(function (this: unknown) {
    heard()
    return sync.call(this)
  })
  onTestFinished(() => spy.mockRestore())
}

test('those who wait share the next flush, which begins after all of them came', async () => {
  const began: number[] = []
  let came = 0
  await spyOnSync(() => began.push(came))
  const [flush, folder] = [new FolderFlush(), temporaryFolder()]
  const waits: Promise<number>[] = []
  for (let n = 0; n < 50; n++) {
    came++
    // how many flushes had begun, that began when all who came were there
    waits.push(flush.flush(folder).then(() => began.filter(there => there > n).length))
    if (n % 10 === 9) await new Promise(setImmediate)
  }
  for (const seen of await Promise.all(waits)) expect(seen).toBeGreaterThan(0)
  expect(began.length).toBeLessThan(20)
})

test('a flush that fails rejects for those it was for, and the next one is tried', async () => {
  const [flush, folder] = [new FolderFlush(), temporaryFolder()]
  rmSync(folder, { recursive: true })
  const failing = [flush.flush(folder), flush.flush(folder), flush.flush(folder)]
  for (const result of await Promise.allSettled(failing)) expect(result.status).toBe('rejected')
  await flush.flush(temporaryFolder())
})
