/**
 * A command run in this process, its output kept.
 */
import { main } from '../../../src/cli/main.js'
import type { Output } from '../../../src/cli/output.js'
import { makeStyle } from '../../../src/report/style.js'

export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export function command(...args: readonly string[]): Promise<Ended> {
  return commandWith({}, args)
}

export async function commandWith(different: Partial<Output>, args: readonly string[]): Promise<Ended> {
  const stdout: string[] = []
  const stderr: string[] = []
  const plain = makeStyle(false)
  const output: Output = {
    style: plain,
    errorStyle: plain,
    columns: 80,
    unread: new AbortController().signal,
    write: text => void stdout.push(text),
    octets: octets => Promise.resolve(void stdout.push(Buffer.from(octets).toString())),
    paced: text => Promise.resolve(void stdout.push(text)),
    progress: () => undefined,
    json: document => void stdout.push(JSON.stringify(document)),
    line: document => void stdout.push(JSON.stringify(document)),
    error: text => void stderr.push(text),
    ...different,
  }
  const status = await main(args, output)
  return { status, stdout: stdout.join('\n'), stderr: stderr.join('\n') }
}
