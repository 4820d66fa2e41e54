/**
 * A chain in a process of its own, looked at and worked on by other processes.
 */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { command } from './support/command.js'
import { builtPackage, Program } from './support/program.js'
import { message, port, workspace } from './support/workspace.js'

const built = builtPackage()

function program(cwd: string, ...args: readonly string[]): Program {
  return new Program(join(built, 'bin/mta-chain.js'), args, { cwd })
}

async function up(cwd: string): Promise<Program> {
  const chain = program(cwd, 'up', '--json')
  await chain.says(/MTAs answer/)
  return chain
}

it('up opens a socket for its owner, replaces the one that a kill left, and removes its own', async () => {
  const { folder, path, chain: file } = await workspace()
  const socket = path('.mta-chain/control.sock')
  const killed = await up(folder)
  expect((await stat(socket)).mode.toString(8)).toBe('140600')
  killed.kill('SIGKILL')
  await killed.ended()
  expect(existsSync(socket)).toBe(true)
  expect(await command('status', '--chain', file)).toMatchObject({ status: 3 })
  const next = await up(folder)
  expect((await stat(socket)).mode.toString(8)).toBe('140600')
  const { stdout } = await command('status', '--chain', file, '--json')
  expect(JSON.parse(stdout)).toMatchObject({ pid: next.process.pid })
  next.kill('SIGTERM')
  expect((await next.ended()).status).toBe(0)
  expect(existsSync(socket)).toBe(false)
})

it('a connection that is kept open does not hold up the end of up', async () => {
  const { folder, path } = await workspace()
  const chain = await up(folder)
  const socketPath = path('.mta-chain/control.sock')
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const [answer] = await once(request({ socketPath, path: '/status', agent }).end(), 'response')
  answer.resume()
  await once(answer, 'end')
  const silent = connect(socketPath)
  silent.on('error', () => undefined)
  await once(silent, 'connect')
  const began = performance.now()
  chain.kill('SIGINT')
  expect((await chain.ended()).status).toBe(0)
  expect(performance.now() - began).toBeLessThan(5_000)
})

it('what is queued is listed, exported as it is, and goes on when it is told to', async () => {
  const { folder, chain: file, write, addresses } = await workspace([{}, { limits: { connections: 1 } }])
  const chain = await up(folder)
  const only = connect(port, addresses[1])
  await once(only, 'data')
  await command('send', await write('m.eml', message('ü')), '--chain', file)
  await chain.says(/"deferred"/)
  const listed = await program(folder, 'queue', 'list', '--json').ended()
  const { messages } = JSON.parse(listed.stdout)
  expect(messages).toMatchObject([{ mta: 'first', state: 'deferred', to: ['b@example.test'] }])
  const id = String(messages[0].id)
  expect((await program(folder, 'queue', 'list').ended()).stdout).toMatch(
    new RegExp(`^${id} {2}first {2}deferred .*\n.*\n$`),
  )
  const exported = await program(folder, 'queue', 'export', id).ended()
  expect(exported).toMatchObject({ status: 0, stderr: '' })
  expect(exported.stdout).toMatch(/^Received: from /)
  expect(exported.stdout.endsWith(message('ü'))).toBe(true)
  only.destroy()
  expect(await program(folder, 'queue', 'retry', id).ended()).toMatchObject({ status: 0 })
  await chain.says(/"delivered"/)
  expect(await program(folder, 'queue', 'show', id).ended()).toEqual({
    status: 1,
    stdout: '',
    stderr: `mta-chain: no queue has the message "${id}": expected the id of a queued message (mta-chain queue list shows them); it may have gone on meanwhile\n`,
  })
})

it('the chain runs also where the socket can not be opened, and says so', async () => {
  const { folder, path } = await workspace()
  await mkdir(path('.mta-chain/control.sock'), { recursive: true })
  const chain = await up(folder)
  chain.kill('SIGINT')
  const { status, stderr } = await chain.ended()
  expect(status).toBe(0)
  expect(stderr).toMatch(
    /^mta-chain: no status, watch, queue and fault commands: the control socket can't be opened: .*\n/,
  )
})
