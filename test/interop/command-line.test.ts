import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtProgram, RunningCommand } from './support/command-line.js'
import { run } from './support/program.js'
import { swaks } from './support/swaks.js'

const mtas = ['front', 'middle', 'back'].map((name, index) => ({ name, address: `127.71.5.${index + 1}` }))

let folder: string
let up: RunningCommand
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mta-chain-interop-'))
  await writeFile(join(folder, 'chain.json'), JSON.stringify({ port: 0, mtas }))
  up = new RunningCommand(folder)
})
afterAll(async () => {
  await up.end('SIGKILL')
  await rm(folder, { recursive: true })
})

function check(): Promise<Buffer> {
  const options = ['--chain', join(folder, 'chain.json')]
  return run(process.execPath, [builtProgram(), 'check', ...options, join(folder, '.mta-chain/mailbox/b@example.test')])
}

test('`up` takes a message of swaks, `check` passes it, SIGTERM ends `up` with 0', async () => {
  const { mtas: listening = [] } = await up.next('ready')
  expect(listening.map(({ address }) => address)).toEqual(mtas.map(({ address }) => address))
  const [first] = listening
  if (!first) throw new Error('no MTA listens')

  await swaks(first, '--body', 'Hello')
  expect(await up.next('delivered')).toMatchObject({ mta: 'back', recipient: 'b@example.test' })
  expect((await check()).toString()).toContain('front')

  const { status, said } = await up.end('SIGTERM')
  expect(status).toBe(0)
  expect(said).toMatch(/^mta-chain: 3 MTAs answer/)
  expect(said).not.toContain('    at ')
  expect(await readdir(folder)).toEqual(['.mta-chain', 'chain.json'])
  expect((await readdir(join(folder, '.mta-chain'))).toSorted()).toEqual(['journal.jsonl', 'mailbox', 'spool'])
  await check()
})
