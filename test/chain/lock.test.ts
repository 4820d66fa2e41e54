/**
 * However many want a state folder, one process has it; and no dead one keeps it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type HeldBy, takeLock, type Unlock } from '../../src/chain/lock.js'
import { thisProcess } from '../../src/chain/process.js'
import { Child } from '../queue/child.js'
import { temporaryFolder } from '../queue/spools.js'

const locking = new URL('./locking.ts', import.meta.url)
/** Above what Linux and macOS give. */
const deadPid = 2 ** 22 + 1
const dead = JSON.stringify({ pid: deadPid, started: '', token: 'one' })

function lockOf(folder: string): string {
  return join(folder, 'lock')
}

async function take(folder: string): Promise<Unlock> {
  const result = await takeLock(folder)
  if (typeof result !== 'function') throw new Error(`held by ${result.heldBy}`)
  return result
}

test('a second one is told the process that has it, and has it after that one', async () => {
  const folder = temporaryFolder()
  const unlock = await take(folder)
  expect(await takeLock(folder)).toEqual({ heldBy: process.pid })
  await unlock()
  const again = await take(folder)
  expect(readdirSync(folder)).toEqual(['lock'])
  await again()
  expect(readdirSync(folder)).toEqual([])
})

test('a lock that somebody removed by hand, and another took, is not removed by who had it', async () => {
  const folder = temporaryFolder()
  const first = await take(folder)
  rmSync(lockOf(folder))
  const second = await take(folder)
  await first()
  expect(await takeLock(folder)).toEqual({ heldBy: process.pid })
  await second()
  await first()
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that is not there rejects', async () => {
  await expect(takeLock(join(temporaryFolder(), 'none'))).rejects.toThrow(/ENOENT/)
})

test('another process has it while it lives; killed, it has it no more', async () => {
  const folder = temporaryFolder()
  const child = await Child.start(locking)
  expect(await child.line()).toBe('ready')
  child.say(`take ${folder}`)
  expect(await child.line()).toBe('taken')
  expect(await takeLock(folder)).toEqual({ heldBy: child.pid })
  await child.kill()
  await (await take(folder))()
  expect(readdirSync(folder)).toEqual([])
})

describe('a lock is taken over', () => {
  test.each([
    ['of a process that is gone', dead],
    ['of a process whose number another has now', JSON.stringify({ pid: process.pid, started: 'x 1', token: '' })],
    ['of no process', JSON.stringify({ pid: 0, started: '', token: '' })],
    ['of a group of processes', JSON.stringify({ pid: -1, started: '', token: '' })],
    ['of a number that is none', JSON.stringify({ pid: 2 ** 40, started: '', token: '' })],
    ['that is empty', ''],
    ['that is cut off', dead.slice(0, 20)],
    ['that is something else', '{"pid":"1"}'],
    ['that is no text', Buffer.from([0xff, 0x00, 0xfe])],
  ])('%s', async (_, octets) => {
    const folder = temporaryFolder()
    writeFileSync(lockOf(folder), octets)
    const unlock = await take(folder)
    expect(JSON.parse(readFileSync(lockOf(folder), 'utf8'))).toMatchObject(await thisProcess())
    await unlock()
    expect(readdirSync(folder)).toEqual([])
  })

  test('of a process that has ended, and whose parent does not care', async () => {
    const folder = temporaryFolder()
    // the shell becomes a sleep, which never asks for a child that it does not know; that one ends with its input
    const shell = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    })
    onTestFinished(() => void shell.kill('SIGKILL'))
    const told: unknown[] = shell.stdout ? await once(shell.stdout, 'data') : []
    const pid = Number(told.join(''))
    const about = (process: number | undefined): string =>
      spawnSync('ps', ['-o', 'stat=,comm=', '-p', String(process)], { encoding: 'utf8' }).stdout
    while (!about(shell.pid).includes('sleep')) await new Promise(setImmediate)
    shell.stdio[3]?.destroy()
    while (!/^[ZX]/.test(about(pid))) await new Promise(setImmediate)
    writeFileSync(lockOf(folder), JSON.stringify({ pid, started: '', token: '' }))
    await (await take(folder))()
  })

  test('though who was taking it over before died in the middle of it, and left what it had prepared', async () => {
    const folder = temporaryFolder()
    const other = JSON.stringify({ pid: deadPid, started: '', token: 'two' })
    const right = `lock.${digest(dead)}`
    writeFileSync(lockOf(folder), dead)
    writeFileSync(join(folder, right), other)
    writeFileSync(join(folder, `${right}.${digest(other)}`), dead)
    writeFileSync(join(folder, 'lock.01234567-89ab-cdef-0123-456789abcdef'), other.slice(0, 9))
    writeFileSync(join(folder, 'lock.txt'), 'of somebody else')
    await (await take(folder))()
    expect(readdirSync(folder)).toEqual(['lock.txt'])
  })
})

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

test('a lock that is just being taken over is had by who does it', async () => {
  const folder = temporaryFolder()
  writeFileSync(lockOf(folder), dead)
  const ours = JSON.stringify({ ...(await thisProcess()), token: 'x' })
  writeFileSync(join(folder, `lock.${digest(dead)}`), ours)
  expect(await takeLock(folder)).toEqual({ heldBy: process.pid })
  expect(readFileSync(lockOf(folder), 'utf8')).toBe(dead)
})

test('of many that want a dead lock at once exactly one has it', async () => {
  for (let round = 0; round < 30; round++) {
    const folder = temporaryFolder()
    if (round % 3 > 0) writeFileSync(lockOf(folder), round % 3 === 1 ? dead : '')
    const results = await Promise.all(Array.from({ length: 8 }, () => takeLock(folder)))
    const unlocks = results.filter((result): result is Unlock => typeof result === 'function')
    const held = results.filter((result): result is HeldBy => typeof result !== 'function')
    expect(unlocks).toHaveLength(1)
    expect(held).toEqual(Array.from({ length: 7 }, () => ({ heldBy: process.pid })))
    await unlocks[0]?.()
    expect(readdirSync(folder)).toEqual([])
  }
})

test('so it is with processes', { timeout: 60_000 }, async () => {
  const children = await Promise.all([1, 2, 3].map(() => Child.start(locking)))
  expect(await Promise.all(children.map(child => child.line()))).toEqual(['ready', 'ready', 'ready'])
  const all = (command: string): Promise<string[]> => {
    const answers = children.map(child => child.line())
    for (const child of children) child.say(command)
    return Promise.all(answers)
  }
  for (let round = 0; round < 40; round++) {
    const folder = temporaryFolder()
    writeFileSync(lockOf(folder), round % 2 === 0 ? dead : 'garbage')
    const answers = await all(`take ${folder}`)
    const winner = children[answers.indexOf('taken')]
    expect(answers.filter(answer => answer === 'taken')).toHaveLength(1)
    expect(await takeLock(folder)).toEqual({ heldBy: winner?.pid })
    await all(`give ${folder}`)
    expect(readdirSync(folder)).toEqual([])
  }
})
