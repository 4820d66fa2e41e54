/**
 * Whether a process still is, by what Linux tells in /proc, and elsewhere ps(1).
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { isAlive, thisProcess } from '../../src/chain/process.js'

const hasPs = spawnSync('ps', ['-p', String(process.pid)]).status === 0
/** What the start of a process looks like: the boot and ticks since, or a date. */
const starts = { linux: /^[0-9a-f-]{36} \d+$/, darwin: /^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/ }
const platforms = ['linux', 'darwin'] as const
const here = platforms.filter(platform => (platform === 'linux' ? process.platform === 'linux' : hasPs))

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe.each(here)('as on %s', platform => {
  function pretend(): void {
    vi.spyOn(process, 'platform', 'get').mockReturnValue(platform)
  }

  test('this process is alive, also for one that has another time zone and language', async () => {
    pretend()
    const identity = await thisProcess()
    expect(identity).toEqual({ pid: process.pid, started: expect.stringMatching(starts[platform]) })
    vi.stubEnv('TZ', 'Asia/Tokyo')
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8')
    expect(await isAlive(identity)).toBe(true)
    expect(await thisProcess()).toEqual(identity)
  })

  test('one that started at another time is another', async () => {
    pretend()
    expect(await isAlive({ ...(await thisProcess()), started: 'Mon Jan  1 00:00:00 2024' })).toBe(false)
  })

  test('one of which it is not known when it started is alive while there is one of that number', async () => {
    pretend()
    const child = spawn('sleep', ['60'])
    onTestFinished(() => void child.kill('SIGKILL'))
    const identity = { pid: child.pid ?? 0, started: '' }
    expect(await isAlive(identity)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await isAlive(identity)).toBe(false)
  })
})
