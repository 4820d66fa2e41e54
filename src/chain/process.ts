/**
 * Whether a process that once was still is: a number alone does not tell, since the system gives it to others later.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A process, known by its number and when it started. */
export interface ProcessIdentity {
  readonly pid: number
  /** '' where the system does not tell. */
  readonly started: string
}

export async function thisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: (await startOf(process.pid)) ?? '' }
}

/** In doubt true. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  if (!hasProcess(pid)) return false
  const now = await startOf(pid)
  if (now === null) return false
  return now === '' || started === '' || now === started
}

function hasProcess(pid: number): boolean {
  // 0 and negative numbers are groups of processes
  if (pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and is somebody else's
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** When it started; '' where that can't be told; null where it has ended and only its parent does not know yet. */
async function startOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? startByProc(pid) : startByPs(pid)
}

/** proc(5): after the name in parentheses come the state and, as field 22, the start in ticks since the boot. */
async function startByProc(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return null
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1')
    return `${boot.trim()} ${fields[18] ?? ''}`
  } catch {
    return ''
  }
}

async function startByPs(pid: number): Promise<string | null> {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)], { env })
    const [, state = '', start = ''] = /^\s*(\S+)\s+(.*\S)/.exec(stdout) ?? []
    return state.startsWith('Z') ? null : start
  } catch {
    return ''
  }
}
