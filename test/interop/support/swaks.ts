/**
 * swaks as a client: what it sent is read from its own transcript.
 */
import { requireProgram, run } from './program.js'

export interface SwaksSession {
  /** The lines of the transcript: commands begin with " -> ", replies with "<-  ". */
  readonly lines: readonly string[]
  /** The content, dots unstuffed. */
  readonly sent: Buffer
}

/** Sends one message, from a@example.test to b@example.test unless `args` say otherwise. */
export async function swaks(
  { address, port }: { readonly address: string; readonly port: number },
  ...args: readonly string[]
): Promise<SwaksSession> {
  const program = requireProgram('swaks', 'swaks')
  const envelope = ['--from', 'a@example.test', '--to', 'b@example.test', '--helo', 'client.test']
  const output = await run(program, ['--server', `${address}:${port}`, ...envelope, ...args])
  const lines = output.toString('latin1').split(/\r?\n/)
  return { lines, sent: contentOf(lines) }
}

function contentOf(lines: readonly string[]): Buffer {
  const start = lines.findIndex(line => line.startsWith('<-  354')) + 1
  const end = lines.indexOf(' -> .', start)
  if (start === 0 || end === -1) throw new Error(`no content in the transcript:\n${lines.join('\n')}`)
  const content = lines.slice(start, end).map(line => line.replace(/^ -> \.?/, ''))
  return Buffer.from(content.map(line => `${line}\r\n`).join(''), 'latin1')
}
