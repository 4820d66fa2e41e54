/**
 * The control socket: whose it is, what it refuses, and that nothing holds up its end.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask } from '../../src/control/client.js'
import { refusalSchema, statusSchema } from '../../src/control/answers.js'
import { openControl } from '../../src/control/control.js'
import { control, http, newFolder } from './controlling.js'

const status = { method: 'GET', path: '/status' } as const

async function talkTo(socket: string, text: string): Promise<Socket> {
  const client = connect(socket)
  onTestFinished(() => void client.destroy())
  client.on('error', () => undefined)
  await once(client, 'connect')
  client.write(text)
  return client
}

describe('the control socket', () => {
  it("is the owner's alone", async () => {
    const { socket, stateFolder } = await control()
    expect((await stat(socket)).mode.toString(8)).toBe('140600')
    expect(existsSync(join(stateFolder, 'control.new'))).toBe(false)
  })

  it('replaces what a killed process left', async () => {
    const folder = await newFolder()
    const stateFolder = join(folder, '.mta-chain')
    await mkdir(join(stateFolder, 'control.new'), { recursive: true })
    await writeFile(join(stateFolder, 'control.new/s'), '')
    // bound and never removed, as after SIGKILL
    const bind = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', bind, join(stateFolder, 'control.sock')])
    expect(existsSync(join(stateFolder, 'control.sock'))).toBe(true)
    expect(await ask(stateFolder, status, statusSchema)).toMatchObject({ failed: 'no-chain' })
    await control(undefined, folder)
    expect(await ask(stateFolder, status, statusSchema)).toMatchObject({ value: { version: '1.2.3' } })
  })

  it('is removed when it closes', async () => {
    const { control: opened, socket } = await control()
    await opened.close()
    expect(existsSync(socket)).toBe(false)
  })

  it('is reached by a path that is longer than a socket name may be', async () => {
    const folder = join(await newFolder(), 'a'.repeat(120), 'b'.repeat(120))
    await mkdir(folder, { recursive: true })
    const { stateFolder, socket } = await control(undefined, folder)
    expect((await stat(socket)).mode.toString(8)).toBe('140600')
    expect(await ask(stateFolder, status, statusSchema)).toMatchObject({ value: { version: '1.2.3' } })
  })

  it('says why it can not be opened', async () => {
    const { chain } = await control()
    const folder = await newFolder()
    await mkdir(join(folder, 'control.sock'))
    await chmod(folder, 0o700)
    const parts = {
      chain,
      faults: { add: () => ({ id: '' }), list: () => [], remove: () => false, clear: () => undefined },
    }
    const rest = { history: () => Promise.resolve(null), version: '', since: new Date(), now: () => new Date() }
    expect(await openControl(folder, { ...parts, ...rest })).toMatchObject({
      problem: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/),
    })
    expect(existsSync(join(folder, 'control.new'))).toBe(false)
  })

  it.each([
    ['a connection that says nothing', ''],
    ['a question that does not end', 'GET /status HTTP/1.1\r\nHost: x\r\n'],
    ['a body that does not come', 'POST /queue/drop HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{"ids'],
    ['what is no HTTP', 'EHLO x\r\n'],
  ])('closes at once in spite of %s', async (_, text) => {
    const { control: opened, socket } = await control()
    const client = await talkTo(socket, text)
    const gone = new Promise<void>(resolve => client.on('close', () => resolve()))
    client.resume()
    const began = performance.now()
    await opened.close()
    await gone
    // what is being answered gets a second; these get none
    expect(performance.now() - began).toBeLessThan(900)
  })

  it('closes at once in spite of a connection that is kept open', async () => {
    const { control: opened, socket } = await control()
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    const asking = request({ socketPath: socket, path: '/status', agent }).end()
    const [answer] = await once(asking, 'response')
    answer.resume()
    await once(answer, 'end')
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
    const began = performance.now()
    await opened.close()
    expect(performance.now() - began).toBeLessThan(900)
  })
})

describe('a question is refused, and changes nothing:', () => {
  it.each([
    ['GET', '/nothing', undefined, 404, 'there is no /nothing'],
    ['GET', '//', undefined, 404, 'there is no //'],
    ['GET', '/queue/../status', undefined, 404, 'there is no /queue/../status'],
    ['GET', '/queue/0000000000', undefined, 404, 'no queue has the message "0000000000"'],
    ['GET', '/queue/0000000000/content', undefined, 404, 'no queue has the message "0000000000"'],
    ['GET', '/queue?state=lost', undefined, 400, 'query.state: found "lost"'],
    ['GET', '/queue?limit=0', undefined, 400, 'query.limit: found "0"'],
    ['GET', '/queue?colour=red', undefined, 400, 'query: unknown: colour'],
    ['GET', '/queue?mta=third', undefined, 400, 'mta: the chain has no "third"'],
    ['PUT', '/status', undefined, 405, '/status has no PUT'],
    ['POST', '/queue/drop', undefined, 400, 'body: found nothing'],
    ['POST', '/queue/drop', '{"ids": [', 400, expect.stringMatching(/^body: .*JSON/)],
    ['POST', '/queue/drop', '{"ids": []}', 400, 'body.ids: found an empty list'],
    ['POST', '/queue/drop', '{"ids": ["x"]}', 400, 'body.ids[0]: found "x"'],
    ['POST', '/queue/drop', '{"to": "*"}', 400, 'body.all: found nothing'],
    ['POST', '/queue/drop', '{}', 400, 'body: found an empty object'],
    ['POST', '/queue/drop', '{"all": true, "state": "lost"}', 400, 'body.state: found "lost"'],
    ['POST', '/faults', '[]', 400, 'body: found an empty list'],
    ['DELETE', '/faults?id=first-1', undefined, 404, 'there is no rule "first-1"'],
    ['DELETE', '/faults?id=first-1&mta=first', undefined, 400, 'query: found mta and id'],
    ['POST', '/queue/retry', '{"all": true, "mta": "third"}', 400, 'mta: the chain has no "third"'],
    ['POST', '/queue/drop', `"${'x'.repeat(3_000_000)}"`, 413, 'the body is too large'],
  ])('%s %s, body %#', async (method, path, body, expected, error) => {
    const { socket, send, chain } = await control()
    await send()
    const { status: said, headers, body: answer } = await http(socket, method, path, body)
    expect(said).toBe(expected)
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
    const refused = refusalSchema.parse(JSON.parse(answer))
    expect(refused.error).toEqual(error)
    expect(refused.expected).not.toMatch(/^$|Invalid input/)
    expect(chain.mtas[0]?.counts).toMatchObject({ deferred: 1 })
  })

  it('what changes something is not asked for by GET', async () => {
    const { socket, send, chain } = await control()
    await send()
    for (const work of ['retry', 'hold', 'release', 'drop']) await http(socket, 'GET', `/queue/${work}?all=true`)
    expect(await http(socket, 'GET', '/queue/drop')).toMatchObject({ status: 404 })
    expect(await http(socket, 'POST', '/status')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
    expect(chain.mtas[0]?.counts).toMatchObject({ deferred: 1 })
  })
})

describe('the routes of HTTP are those of the socket too', () => {
  it('a message is sent without a word on its type, and one as it is', async () => {
    const { socket, chain } = await control()
    const document = JSON.stringify({ from: 'a@example.test', to: 'b@example.test', text: 'x' })
    expect(await http(socket, 'POST', '/messages', document)).toMatchObject({ status: 200 })
    const asking = request({
      socketPath: socket,
      method: 'POST',
      path: '/messages',
      headers: { 'content-type': 'message/rfc822' },
    })
    asking.end('From: a@example.test\r\nTo: c@example.test\r\n\r\nx\r\n')
    const [answer] = await once(asking, 'response')
    answer.resume()
    await chain.waitFor('received', { mta: 'first', to: 'c@example.test' })
    expect(answer.statusCode).toBe(200)
    expect(JSON.parse((await http(socket, 'GET', '/wait?event=received&to=b@*')).body)).toMatchObject({ mta: 'first' })
    expect((await http(socket, 'GET', '/messages')).body).toBe('{"messages":[],"more":false}\n')
  })

  it('and end with it', async () => {
    const { socket, control: opened } = await control()
    const asking = request({ socketPath: socket, path: '/events' }).end()
    const [events] = await once(asking, 'response')
    events.resume()
    const waited = http(socket, 'GET', '/wait?event=bounced&timeout=10m')
    await http(socket, 'GET', '/status')
    const ended = once(events, 'end')
    await opened.close()
    await ended
    expect(await waited).toMatchObject({ status: 503 })
  })
})
