/**
 * One measured server process: its memory and processor time as the kernel counts them, and load from smtp-source.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'

export interface Usage {
  /** Processor time so far, seconds. */
  readonly cpu: number
  /** Largest resident size so far, MB. */
  readonly peak: number
}

export async function usageOf({ pid }: ChildProcess): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'latin1'),
    readFile(`/proc/${pid}/status`, 'latin1'),
  ])
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1]
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peak: Number(peak) / 1024 }
}

/** Sends messages of 4 KB over 20 connections; rejects where smtp-source fails or is missing. */
export async function load(address: string, port: number, messages: number): Promise<void> {
  const args = ['-d', '-s', '20', '-m', String(messages), '-l', '4096', '-f', 'a@example.test', '-t', 'b@example.test']
  const source = spawn('smtp-source', [...args, `inet:${address}:${port}`], { stdio: ['ignore', 'ignore', 'inherit'] })
  source.on('error', () => undefined)
  const ended: unknown[] = await Promise.race([once(source, 'exit'), once(source, 'error')])
  if (ended[0] !== 0) throw new Error(`smtp-source (Debian: apt-get install postfix) ended with ${String(ended[0])}`)
}

/** Resolves once the server says 220, trying again every few milliseconds until it listens. */
export async function greeted(address: string, port: number): Promise<void> {
  for (;;) {
    const ok = await new Promise<boolean>(resolve => {
      const socket = connect(port, address)
      socket.once('error', () => resolve(false))
      socket.once('data', data => {
        socket.destroy()
        resolve(data.toString('latin1').startsWith('220'))
      })
    })
    if (ok) return
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
