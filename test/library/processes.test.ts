/**
 * A hundred chains, started and closed one after the other, leave nothing; the examples of the README run. In processes
 * of their own, which end by themselves.
 */
import { cp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtPackage, Program } from '../cli/support/program.js'
import { workspace } from '../cli/support/workspace.js'
import { freshAddress } from '../support/fresh-address.js'

const built = builtPackage()

it('chains leave no socket, timer or file open, and their process ends', async () => {
  const { folder, path } = await workspace()
  const script = join(built, 'leaves-nothing.mjs')
  await cp(new URL('leaves-nothing.mjs', import.meta.url), script)
  const args = [path('state'), freshAddress(), freshAddress()]
  const { status, stdout, stderr } = await new Program(script, args, { cwd: folder }).ended()
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { before, after } = JSON.parse(stdout)
  expect(after).toEqual(before)
})

describe('examples', () => {
  /** In the built package, where `mta-chain` is itself. */
  async function example({ pathname }: URL, ...args: readonly string[]): Promise<string[]> {
    const program = new Program(join(built, 'examples', basename(pathname)), args, { cwd: built })
    const { status, stdout, stderr } = await program.ended()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout.trimEnd().split('\n')
  }

  it('send-and-check.mjs', async () => {
    expect(await example(new URL('../../examples/send-and-check.mjs', import.meta.url))).toEqual([
      '1 submission 127.0.0.11',
      '2 gateway 127.0.0.12',
      '3 mailbox 127.0.0.13',
      'pass by message+journal',
    ])
  })

  it('read-a-trace.mjs', async () => {
    const lines = await example(
      new URL('../../examples/read-a-trace.mjs', import.meta.url),
      'fixtures/messages/five-received.eml',
    )
    expect(lines.filter(line => line.includes(' → '))).toHaveLength(5)
    const without = await new Program(join(built, 'examples/read-a-trace.mjs'), [], {
      cwd: built,
    }).ended()
    const stderr = 'no message given: node read-a-trace.mjs MESSAGE.eml\n'
    expect(without).toEqual({ status: 2, stdout: '', stderr })
  })

  it('refused.mjs', async () => {
    expect(await example(new URL('../../examples/refused.mjs', import.meta.url))).toEqual([
      expect.stringMatching(/^not delivered to b@elsewhere\.test: at outbound: 550 5\.7\.1 /),
    ])
  })

  it('greylisted.mjs', async () => {
    expect(await example(new URL('../../examples/greylisted.mjs', import.meta.url))).toEqual([
      'outbound.chain.test 09:00',
      'gateway.chain.test 09:21',
      expect.stringMatching(/^not delivered to b@example\.test: at outbound: 550 5\.7\.1 Not today/),
    ])
  })
})
