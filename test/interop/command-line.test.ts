import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { builtProgram, RunningCommand } from './support/command-line.js'
import { run } from './support/program.js'
import { swaks } from './support/swaks.js'

const mtas = ['front', 'middle', 'back'].map((name, index) => ({ name, address: `127.71.5.${index + 1}` }))

/** An empty folder with a chain.json, and `up` in it; both are gone after the test. */
async function start(): Promise<{ readonly folder: string; readonly up: RunningCommand }> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-interop-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'chain.json'), JSON.stringify({ port: 0, mtas }))
  const up = new RunningCommand(folder)
  onTestFinished(async () => void (await up.end('SIGKILL')))
  return { folder, up }
}

/** Rejects where the exit status is not 0. */
function check(folder: string): Promise<Buffer> {
  const mailbox = join(folder, '.mta-chain/mailbox/b@example.test')
  return run(process.execPath, [builtProgram(), 'check', '--chain', join(folder, 'chain.json'), mailbox])
}

test('`up` takes a message of swaks, `check` passes it, SIGTERM ends `up` with 0', async () => {
  const { folder, up } = await start()
  const { mtas: listening = [] } = await up.next('ready')
  expect(listening.map(({ address }) => address)).toEqual(mtas.map(({ address }) => address))
  const [first] = listening
  if (!first) throw new Error('no MTA listens')

  await swaks(first, '--body', 'Hello')
  expect(await up.next('delivered')).toMatchObject({ mta: 'back', recipient: 'b@example.test' })
  expect((await check(folder)).toString()).toContain('front')

  const { status, said } = await up.end('SIGTERM')
  expect(status).toBe(0)
  expect(said).toContain(`${first.address}:${first.port}`)
  for (const line of said.trim().split('\n')) expect(line).toMatch(/^mta-chain: /)
  expect((await readdir(folder)).toSorted()).toEqual(['.mta-chain', 'chain.json'])
  expect((await readdir(join(folder, '.mta-chain'))).toSorted()).toEqual(['journal.jsonl', 'mailbox', 'spool'])
  await check(folder)
})
