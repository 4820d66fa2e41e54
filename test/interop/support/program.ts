/**
 * Other people's programs, which these tests need from the system.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bounded } from '../../support/bounded.js'

/** The program's path. Where it is not installed, fails with a sentence that names the Debian package to install. */
export function requireProgram(program: string, debianPackage: string): string {
  // smtp-source lies in /usr/sbin, which only root has in PATH
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  const found = folders.map(folder => join(folder, program)).find(isExecutable)
  if (found !== undefined) return found
  throw new Error(
    `${program} is not installed: sudo apt-get install --no-install-recommends ${debianPackage} (Debian, Ubuntu)`,
  )
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** How long a program may take, in milliseconds. */
const programTime = 40_000

/** Runs a program to its end. Resolves with its standard output; rejects where it fails, with what it said. */
export async function run(program: string, args: readonly string[], input = ''): Promise<Buffer> {
  const work = async (signal: AbortSignal): Promise<Buffer> => {
    const child = spawn(program, args, { signal })
    const [output, errors]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    // a program that fails before it has read all says so itself
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const status = await new Promise<string>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, killedBy) => resolve(String(killedBy ?? code)))
    })
    if (status === '0') return Buffer.concat(output)
    throw new Error(`${program} ended with ${status}:\n${Buffer.concat([...errors, ...output]).toString('latin1')}`)
  }
  return bounded(programTime, work, () => `${program} did not end within ${programTime} ms`)
}
