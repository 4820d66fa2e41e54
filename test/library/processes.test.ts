/**
 * A hundred chains, started and closed one after the other, leave nothing; the examples of the README run. In processes
 * of their own, which end by themselves.
 */
import { join } from 'node:path'
import { cp } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage, Program } from '../cli/support/program.js'
import { freshAddress, workspace } from '../cli/support/workspace.js'

let built: Awaited<ReturnType<typeof buildPackage>>
beforeAll(async () => {
  built = await buildPackage()
})
afterAll(() => built.remove())

it('chains leave no socket, timer or file open, and their process ends', async () => {
  const { folder, path } = await workspace()
  const script = join(built.folder, 'leaves-nothing.mjs')
  await cp(join(import.meta.dirname, 'leaves-nothing.mjs'), script)
  const args = [path('state'), freshAddress(), freshAddress()]
  const { status, stdout, stderr } = await new Program(script, args, { cwd: folder }).ended()
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { before, after } = JSON.parse(stdout)
  expect(after).toEqual(before)
})

describe('examples', () => {
  async function example(name: string, ...args: readonly string[]): Promise<string[]> {
    const program = new Program(join(built.folder, 'examples', name), args, { cwd: built.folder })
    const { status, stdout, stderr } = await program.ended()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout.trimEnd().split('\n')
  }

  it('send-and-check.mjs', async () => {
    expect(await example('send-and-check.mjs')).toEqual([
      '1 submission 127.0.0.11',
      '2 gateway 127.0.0.12',
      '3 mailbox 127.0.0.13',
      'pass by message+journal',
    ])
  })

  it('read-a-trace.mjs', async () => {
    const lines = await example('read-a-trace.mjs', 'fixtures/messages/five-received.eml')
    expect(lines.filter(line => line.includes(' → '))).toHaveLength(5)
  })

  it('refused.mjs', async () => {
    expect(await example('refused.mjs')).toEqual([
      expect.stringMatching(/^not delivered to b@elsewhere\.test: at outbound: 550 5\.7\.1 /),
    ])
  })
})
