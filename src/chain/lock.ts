/**
 * One process works on a state folder at a time. The lock is a file that names its process; one whose process is gone,
 * or that can't be read, is taken over. However many try at once, at most one gets it. Rejects with the system's error.
 */
import { createHash, randomUUID } from 'node:crypto'
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { isAlive, thisProcess } from './process.js'

/** The token tells one lock of a process from its next. */
const holderSchema = z.object({ pid: z.int(), started: z.string(), token: z.string() })

export type Unlock = () => Promise<void>

export interface HeldBy {
  readonly heldBy: number
}

/** Resolves with the function that gives the lock back, or with the process that holds it. */
export async function takeLock(folder: string): Promise<Unlock | HeldBy> {
  const ours = JSON.stringify({ ...(await thisProcess()), token: randomUUID() })
  const lock = join(folder, 'lock')
  const unlock = await take(lock, ours)
  if (typeof unlock === 'function') await clearDebris(lock)
  return unlock
}

async function take(lock: string, ours: string): Promise<Unlock | HeldBy> {
  for (;;) {
    if (await make(lock, ours)) return () => giveBack(lock, ours)
    const found = await readLock(lock)
    if (found === null) continue
    const pid = await holderOf(found)
    if (pid !== null) return { heldBy: pid }
    const cleared = await clear(lock, found, ours)
    if (cleared) return cleared
  }
}

/** Makes the lock with its content in one step, so that nobody finds it half written. False where there is one. */
async function make(lock: string, ours: string): Promise<boolean> {
  const prepared = `${lock}.${randomUUID()}`
  await writeFile(prepared, ours, { flag: 'wx' })
  try {
    await link(prepared, lock)
    return true
  } catch (error) {
    // ENOENT: who holds the lock found our file unfinished and took it for debris
    if (hasCode(error, 'EEXIST') || hasCode(error, 'ENOENT')) return false
    throw error
  } finally {
    await unlink(prepared).catch(ignoreMissing)
  }
}

/**
 * Removes a dead lock, so that all may try again. Only who holds a second lock, named after what the dead one says, may
 * do that: otherwise one that was slow could remove the lock that another has taken meanwhile. The second one is taken
 * in the same way, since its holder may die too. Resolves with the process that is at it already, where there is one.
 */
async function clear(lock: string, found: string, ours: string): Promise<HeldBy | null> {
  const right = await take(`${lock}.${createHash('sha256').update(found).digest('hex').slice(0, 32)}`, ours)
  if (typeof right !== 'function') return right
  try {
    if ((await readLock(lock)) === found) await unlink(lock)
    return null
  } finally {
    await right()
  }
}

async function giveBack(lock: string, ours: string): Promise<void> {
  if ((await readLock(lock)) === ours) await unlink(lock)
}

async function readLock(lock: string): Promise<string | null> {
  try {
    return await readFile(lock, 'utf8')
  } catch (error) {
    return ignoreMissing(error)
  }
}

function ignoreMissing(error: unknown): null {
  if (hasCode(error, 'ENOENT')) return null
  throw error
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** The living process that a lock names; null where there is none. */
async function holderOf(found: string): Promise<number | null> {
  const holder = holderSchema.safeParse(parse(found))
  return holder.success && (await isAlive(holder.data)) ? holder.data.pid : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Removes what processes left that died while they were taking the lock; none of it means anything while we hold it. */
async function clearDebris(lock: string): Promise<void> {
  const pattern = new RegExp(`^${basename(lock)}(?:\\.[0-9a-f-]{32,36})+$`)
  const names = (await readdir(dirname(lock))).filter(name => pattern.test(name))
  for (const name of names) {
    const file = join(dirname(lock), name)
    const found = await readLock(file)
    if (found !== null && (await holderOf(found)) === null) await unlink(file).catch(ignoreMissing)
  }
}
