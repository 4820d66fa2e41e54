/**
 * `watch`: a running chain followed over its control socket, and `up --http` beside it, in processes of their own.
 */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command } from './support/command.js'
import { builtPackage, Program } from './support/program.js'
import { message, workspace } from './support/workspace.js'

const built = builtPackage()

function program(cwd: string, env: Record<string, string>, ...args: readonly string[]): Program {
  return new Program(join(built, 'bin/mta-chain.js'), args, { cwd, env })
}

async function running(...args: readonly string[]) {
  const place = await workspace()
  const chain = program(place.folder, {}, 'up', ...args)
  await chain.says(/MTAs answer/)
  const send = async (to = 'b@example.test'): Promise<void> => {
    const sent = await command(
      'send',
      await place.write('m.eml', message()),
      '--to',
      to,
      '--chain',
      place.chain,
      '--wait',
    )
    expect(sent).toMatchObject({ status: 0 })
  }
  return { ...place, running: chain, send }
}

async function watching(folder: string, ...args: readonly string[]): Promise<Program> {
  const watch = program(folder, {}, 'watch', ...args)
  await watch.says(/watching 2 MTAs/)
  return watch
}

describe('watch', () => {
  it("shows each message's way, and ends with the chain", async () => {
    const { folder, running: chain, send, addresses } = await running()
    const watch = await watching(folder)
    await send()
    await watch.says(/delivered/)
    chain.kill('SIGINT')
    const { status, stdout, stderr } = await watch.ended()
    const [first = '', second = '', delivered = ''] = stdout.split('\n')
    expect(first).toMatch(
      new RegExp(`^[\\d:.]{12}  \\w{10}     1  first   ${addresses[0]} +ESMTP  +a@example.test → b@example.test$`),
    )
    expect(second).toMatch(
      new RegExp(`^[\\d:.]{12}  ${first.slice(14, 24)}     2  second  ${addresses[1]} +ESMTP +\\+\\d+ ms$`),
    )
    expect(delivered).toMatch(/ ✔ {2}second {2}delivered to b@example\.test, \d+ ms in all$/)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'mta-chain: watching 2 MTAs. Ctrl-C ends.\nmta-chain: the chain has ended.\n',
    })
  })

  it('gives with --json the events with their numbers, filtered, and ends by Ctrl-C with 0', async () => {
    const { folder, send } = await running()
    const watch = await watching(folder, '--json', '--to', 'c@*', '--mta', 'second')
    await send()
    await send('c@example.test')
    await watch.says(/"delivered"/)
    watch.kill('SIGINT')
    const { status, stdout } = await watch.ended()
    const events: unknown[] = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(status).toBe(0)
    expect(events).toMatchObject([
      { event: 'received', mta: 'second', recipients: ['c@example.test'], number: expect.any(Number) },
      { event: 'delivered', mta: 'second', recipient: 'c@example.test', number: expect.any(Number) },
    ])
  })

  it('tells of a chain that was killed, with 3', async () => {
    const { folder, running: chain } = await running()
    const watch = await watching(folder)
    chain.kill('SIGKILL')
    expect(await watch.ended()).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('the chain did not answer'),
    })
  })

  it('needs a chain that runs, and an MTA that it has', async () => {
    const { chain: file, folder } = await workspace()
    expect(await command('watch', '--chain', file)).toEqual({
      status: 3,
      stdout: '',
      stderr: `mta-chain: no chain runs on ${file}: start one with mta-chain up --chain ${file}`,
    })
    const chain = program(folder, {}, 'up')
    await chain.says(/MTAs answer/)
    expect(await command('watch', '--chain', file, '--mta', 'third')).toMatchObject({
      status: 2,
      stderr: 'mta-chain: --mta: the chain has no third, expected one of first, second',
    })
  })
})

describe('up --http', () => {
  it('says where it answers, and the event that tells of its readiness too', async () => {
    const { running: chain, send } = await running('--http', '0', '--json')
    const [, url = ''] = /HTTP answers at (\S+)/.exec(chain.stderr) ?? []
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    await send()
    const waited = await fetch(`${url}wait?event=delivered`)
    expect(await waited.json()).toMatchObject({ recipient: 'b@example.test' })
    const streamed = await fetch(`${url}events?after=0`)
    chain.kill('SIGTERM')
    expect(await streamed.text()).toContain('id: 4\n')
    const { status, stdout } = await chain.ended()
    const lines: unknown[] = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(status).toBe(0)
    expect(lines).toMatchObject([
      { event: 'ready', http: url },
      { number: 1 },
      { number: 2 },
      { number: 3 },
      { number: 4 },
    ])
  })

  it('asks for the token of the environment', async () => {
    const { folder } = await workspace()
    const chain = program(folder, { MTA_CHAIN_HTTP_TOKEN: 'c0ffee' }, 'up', '--http', '[::1]:0')
    await chain.says(/MTAs answer/)
    const [, url = ''] = /HTTP answers at (http:\/\/\[::1\]:\d+\/)/.exec(chain.stderr) ?? []
    expect((await fetch(`${url}status`)).status).toBe(401)
    expect((await fetch(`${url}status`, { headers: { authorization: 'Bearer c0ffee' } })).status).toBe(200)
  })

  it('can not answer where another program listens, says so, ends with 3 and leaves nothing', async () => {
    const { folder, chain: file } = await workspace()
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const address = taken.address()
    const used = typeof address === 'object' && address ? address.port : 0
    expect(await command('up', '--chain', file, '--http', `127.0.0.1:${used}`)).toEqual({
      status: 3,
      stdout: '',
      stderr: `mta-chain: HTTP can't be answered on 127.0.0.1:${used}: another program listens there. Use another port, or find it with: lsof -nP -iTCP:${used} -sTCP:LISTEN`,
    })
    const next = program(folder, {}, 'up')
    await next.says(/MTAs answer/)
  })

  it.each([
    [
      ['--http', '0.0.0.0:8025'],
      '--http: 0.0.0.0 is outside loopback, where others could use the chain: expected --http 127.0.0.1:8025, or a token',
    ],
    [['--http', '[::]:8025'], '--http: :: is outside loopback'],
    [['--http', '192.0.2.1:8025'], '--http: 192.0.2.1 is outside loopback'],
    [
      ['--http', 'example.test:8025'],
      '--http: "example.test:8025" is no ADDRESS:PORT, expected as 127.0.0.1:8025, [::1]:8025, or a port alone',
    ],
    [['--http', '127.0.0.1'], '--http: "127.0.0.1" is no ADDRESS:PORT'],
    [['--http', '::1:8025'], '--http: "::1:8025" is no ADDRESS:PORT'],
    [['--http', '65536'], '--http: "65536" is no ADDRESS:PORT'],
    [['--http', '8025', '--http-token', ''], '--http-token: expected letters'],
    [['--http', '8025', '--http-token', 'a b'], '--http-token: expected letters'],
    [['--http-token', 'c0ffee'], '--http-token: expected --http beside it'],
  ])('%j is wrong usage', async (args, sentence) => {
    const { chain: file, list } = await workspace()
    const { status, stdout, stderr } = await command('up', '--chain', file, ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(`mta-chain: ${sentence}`)
    expect(await list()).toEqual(['chain.json'])
  })
})
