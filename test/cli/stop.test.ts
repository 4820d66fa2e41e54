/**
 * `up` is told to stop while messages are under way, and what the next start finds; also of a spool that was damaged.
 */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { command } from './support/command.js'
import { builtPackage, Program } from './support/program.js'
import { message, port, workspace, type Workspace } from './support/workspace.js'

const built = builtPackage()

const answers = /MTAs answer/

async function up(folder: string, ...args: readonly string[]): Promise<Program> {
  const program = new Program(join(built, 'bin/mta-chain.js'), ['up', ...args], { cwd: folder })
  await program.says(answers)
  return program
}

/** The second MTA has one session, which this test takes: mail for it is deferred. */
function blocked(drainTime: string): Promise<Workspace> {
  return workspace([{}, { limits: { connections: 1 } }], { limits: { drainTime } })
}

async function take(address: string | undefined): Promise<Socket> {
  const socket = connect(port, address)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'data')
  return socket
}

/** A client that says nothing more in the middle of its content. */
async function stall(address: string | undefined): Promise<Socket> {
  const socket = await take(address)
  for (const line of ['EHLO x.test', 'MAIL FROM:<>', 'RCPT TO:<c@example.test>', 'DATA']) {
    socket.write(`${line}\r\n`)
    await once(socket, 'data')
  }
  socket.write('Subject: half\r\n')
  return socket
}

async function send({ chain, write }: Workspace, content: string): Promise<void> {
  expect((await command('send', await write('m.eml', content), '--chain', chain)).status).toBe(0)
}

it('SIGTERM waits for a client that stalls no longer than drainTime, and keeps what is deferred', async () => {
  const space = await blocked('200ms')
  const chain = await up(space.folder, '--json')
  await take(space.addresses[1])
  await send(space, message())
  await chain.says(/"deferred"/)
  const stalled = await stall(space.addresses[0])
  const lastWords = once(stalled, 'data').then(([octets]: unknown[]) => String(octets))
  chain.kill('SIGTERM')
  const { status, stderr } = await chain.ended()
  expect(status).toBe(0)
  expect(await lastWords).toMatch(/^421 /)
  expect(stderr).toContain('1 message queued for the next start')
  const next = await up(space.folder, '--json')
  await next.says(/"delivered"/)
  next.kill('SIGTERM')
  const { stdout } = await next.ended()
  expect(stdout.match(/"event":"delivered"/g)).toHaveLength(1)
})

it('a second SIGTERM ends at once, and the next start goes on', async () => {
  const space = await blocked('1h')
  const chain = await up(space.folder, '--json')
  await take(space.addresses[1])
  await send(space, message())
  await chain.says(/"deferred"/)
  await stall(space.addresses[0])
  chain.kill('SIGTERM')
  await chain.says(/stopping/)
  chain.kill('SIGTERM')
  expect((await chain.ended()).status).toBe(143)
  const next = await up(space.folder, '--json')
  await next.says(/"delivered"/)
  next.kill('SIGTERM')
  const { stdout, stderr } = await next.ended()
  expect(stderr).toContain('1 message from the last time, tried now.')
  expect(stdout.match(/"event":"delivered"/g)).toHaveLength(1)
})

it('a message whose content was damaged on the disk is set aside and told, the others are delivered', async () => {
  const space = await blocked('200ms')
  const chain = await up(space.folder, '--json')
  await take(space.addresses[1])
  for (const mark of ['first-mark', 'second-mark']) await send(space, `Subject: ${mark}\r\n\r\nx\r\n`)
  await chain.says(/("deferred".*[^]*){2}/)
  chain.kill('SIGTERM')
  await chain.ended()
  const file = space.path('.mta-chain/spool/data.mdb')
  const octets = readFileSync(file)
  const places = [...octets.toString('latin1').matchAll(/second-mark/g)]
  expect(places.length).toBeGreaterThan(0)
  for (const { index } of places) octets.writeUInt8(octets.readUInt8(index) ^ 1, index)
  writeFileSync(file, octets)
  const next = await up(space.folder, '--json')
  await next.says(/"delivered"/)
  next.kill('SIGTERM')
  const { stdout, stderr } = await next.ended()
  expect(stderr).toMatch(/the spool's aside\/item\/\w+ can't be read \(.*damaged\): set aside, not deleted\./)
  expect(stdout).toContain('"event":"set-aside"')
  const [recipient = ''] = await space.list('.mta-chain/mailbox')
  const [name = ''] = await space.list(`.mta-chain/mailbox/${recipient}/new`)
  expect(readFileSync(space.path('.mta-chain/mailbox', recipient, 'new', name), 'latin1')).toContain('first-mark')
})

it('a spool that is garbage: it does not start, says what to do, and changes nothing', async () => {
  const space = await blocked('200ms')
  const chain = await up(space.folder)
  chain.kill('SIGTERM')
  await chain.ended()
  const file = space.path('.mta-chain/spool/data.mdb')
  const garbage = Buffer.alloc(100_000, 'garbage')
  writeFileSync(file, garbage)
  const { status, stderr } = await command('up', '--chain', space.chain)
  expect(status).toBe(3)
  expect(stderr).toMatch(/spool can't be used: data\.mdb: it is no lmdb file, or damaged\. .*Move the folder away/)
  expect(readFileSync(file).equals(garbage)).toBe(true)
})
