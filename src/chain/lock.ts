/**
 * One process works on a state folder at a time. The lock names its process; one whose process is gone is taken over.
 */
import { readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const holder = z.object({ pid: z.int(), started: z.string() })
type Holder = z.infer<typeof holder>

/** Resolves with the function that gives the lock back, or with the process that holds it. */
export async function takeLock(folder: string): Promise<(() => Promise<void>) | { readonly heldBy: number }> {
  const file = join(folder, 'lock')
  const ours: Holder = { pid: process.pid, started: await startOf(process.pid) }
  for (;;) {
    try {
      await writeFile(file, JSON.stringify(ours), { flag: 'wx' })
      return () => unlink(file)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const other = await readHolder(file)
    if (other && (await isAlive(other))) return { heldBy: other.pid }
    await unlink(file).catch(() => undefined)
  }
}

async function readHolder(file: string): Promise<Holder | null> {
  try {
    const read = holder.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return read.success ? read.data : null
  } catch {
    return null
  }
}

async function isAlive({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and is somebody else's
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return started === (await startOf(pid))
}

/** When a process started, in the kernel's ticks: tells it from a later one of the same number. '' where not known. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
