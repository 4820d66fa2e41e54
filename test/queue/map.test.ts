/**
 * A spool much larger than what its process may hold: lmdb's map of the file is made anew as it goes.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Database } from '../../src/queue/database.js'
import { temporaryFolder } from './spools.js'

const value = Buffer.alloc(100_000, 'x')
const keyOf = (n: number): string => `content/${String(n).padStart(4, '0')}`

/** Octets of files in this process's memory; null where the system does not tell. */
function mapped(): number | null {
  try {
    const kilobytes = /RssFile:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  } catch {
    return null
  }
}

test('what is only read does not stay mapped either', async () => {
  const folder = temporaryFolder()
  const written = new Database(folder)
  // so small that they lie beside their keys: who reads all keys reads the whole file of 120 MB
  const small = value.subarray(0, 1900)
  const keys = Array.from({ length: 60_000 }, (_, n) => `item/${String(n).padStart(6, '0')}`)
  await Promise.all(keys.map(key => written.put(key, small)))
  await written.close()
  const database = new Database(folder)
  const before = mapped()
  const found: string[] = []
  let most = 0
  for await (const key of database.everyKey('item/')) {
    if (found.push(key) % 1000 === 0) most = Math.max(most, mapped() ?? 0)
  }
  expect(found).toEqual(keys)
  for (const [at, key] of keys.entries()) {
    if (database.get(key)?.length !== small.length) expect.fail(`${key} is not there`)
    if (at % 100 === 0) await database.rest()
    if (at % 1000 === 0) most = Math.max(most, mapped() ?? 0)
  }
  if (before !== null) expect(most - before).toBeLessThan(80 * 1024 * 1024)
  await database.close()
})

test('whoever reads while the map is made anew gets what is there', async () => {
  const database = new Database(temporaryFolder())
  await database.put('first', value)
  let [reading, reads, wrong] = [true, 0, 0]
  const reader = async (): Promise<void> => {
    for (; reading; reads++) {
      if (database.get('first')?.length !== value.length) wrong++
      await (reads % 3 === 0 ? new Promise(setImmediate) : Promise.resolve())
    }
  }
  const readers = [reader(), reader(), reader()]
  const before = mapped()
  // 100 MB: three times as much as the map may hold
  for (let n = 0; n < 1000; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, k) => database.put(keyOf(n + k), value)))
  }
  reading = false
  await Promise.all(readers)
  expect(wrong).toBe(0)
  expect(reads).toBeGreaterThan(100)
  for (let n = 0; n < 1000; n++) {
    expect(database.get(keyOf(n))?.length).toBe(value.length)
    if (n % 20 === 0) await database.put('last', value)
  }
  const after = mapped()
  if (before !== null && after !== null) expect(after - before).toBeLessThan(64 * 1024 * 1024)
  await database.close()
})
