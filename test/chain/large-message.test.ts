import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const report = z.object({ idle: z.number(), most: z.number(), file: z.string() })
const size = 30_000_000

// where memory is counted by /proc
test('30 MB pass five MTAs without being held in memory five times', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'large-message-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const child = fileURLToPath(new URL('large-message.child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, folder, String(size)])
  const { idle, most, file } = report.parse(JSON.parse(stdout))
  const message = await readFile(join(folder, 'mailbox', file))
  const content = Buffer.alloc(size, `${'x'.repeat(76)}\r\n`)
  expect(message.length).toBeLessThan(size + 2_000)
  expect(message.subarray(-(size + 2), -2).equals(content)).toBe(true)
  // the sender's own copy and what is on its way; five copies more would be 180 MB
  expect(most - idle).toBeLessThan(110_000_000)
}, 60_000)
