/**
 * An mbox of any size goes through `trace` in constant memory.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const messages = 400
const body = `${'x'.repeat(76)}\n`.repeat(2_600)

function* mbox(): Generator<string> {
  for (let at = 1; at <= messages; at++) {
    yield `From a@b.example Tue Nov 24 10:00:00 2026\nReceived: from x.example ([192.0.2.1])\n by a.example with ESMTP id ${at}; Tue, 24 Nov 2026 10:00:00 +0000\n\n`
    yield body
    yield '\n'
  }
}

test('80 MB on standard input need no more memory than the program itself', async () => {
  const child = fileURLToPath(new URL('trace-stream.child.ts', import.meta.url))
  const args = ['--import', 'tsx', '--max-old-space-size=64', child, 'trace', '-', '--format', 'csv']
  const program = spawn(process.execPath, args)
  onTestFinished(() => void program.kill('SIGKILL'))
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    program[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  const ended = once(program, 'close')
  await pipeline(Readable.from(mbox()), program.stdin)
  const [status] = await ended
  expect(status).toBe(0)
  const rows = said.stdout.trimEnd().split('\r\n')
  expect(rows).toHaveLength(messages + 1)
  expect(rows.at(-1)).toMatch(new RegExp(`^standard input#${messages},1,0,.*,${messages},,2026-11-24`))
  // tsx and the program have some 130 MB; read whole, the mbox alone would have 80 MB twice
  expect(Number(said.stderr) / 1024).toBeLessThan(190)
})
