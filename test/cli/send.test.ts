/**
 * `send` beside a chain that runs, or to a server that does as it likes.
 */
import { EventEmitter, once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startChain } from '../../src/index.js'
import { command } from './support/command.js'
import { readVerdict } from './support/verdict.js'
import { message, port, workspace, type Workspace } from './support/workspace.js'
import { freshAddress } from '../support/fresh-address.js'

async function up(...args: Parameters<typeof workspace>): Promise<Workspace> {
  const space = await workspace(...args)
  const chain = await startChain(space.chain)
  onTestFinished(() => chain.close())
  return space
}

describe('a message', () => {
  it('comes from a file, and its reply is told on standard error', async () => {
    const { chain, write } = await up()
    const { status, stdout, stderr } = await command('send', await write('m.eml', message()), '--chain', chain)
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(stderr).toMatch(/^b@example\.test: 250 2\.0\.0 Ok: queued as \w{10}$/)
  })

  it('is composed', async () => {
    const { chain, list, path } = await up()
    const args = ['--from', 'x@x.test', '--to', 'y@y.test', '--subject', 'Grüße', '--text', 'Hi there', '--wait']
    const { status, stdout } = await command('send', ...args, '--chain', chain)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^✔ message {2}y@y\.test$/m)
    const [file = ''] = await list('.mta-chain/mailbox/y@y.test/new')
    const content = await readFile(path('.mta-chain/mailbox/y@y.test/new', file), 'utf8')
    expect(content).toMatch(/^Return-Path: <x@x\.test>\r\nReceived: /)
    expect(content).toContain('\r\nFrom: x@x.test\r\nTo: y@y.test\r\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n')
    expect(content).toMatch(/\r\n\r\nHi there\r\n$/)
  })

  it('is a file or composed, not both, and one', async () => {
    const { chain, write } = await workspace()
    const file = await write('m.eml', message())
    expect(await command('send', file, '--text', 'x', '--chain', chain)).toMatchObject({
      status: 2,
      stderr: 'mta-chain: give a message file, or --subject and --text, not both',
    })
    const from = 'From a@b.test Tue Nov 24 10:00:00 2026\n'
    const two = await write('two.mbox', `${from}a: b\n\n${from}c: d\n\n`)
    expect(await command('send', two, '--chain', chain)).toMatchObject({
      status: 2,
      stderr: `mta-chain: ${two} holds 2 messages, send takes one`,
    })
  })
})

describe('--json', () => {
  it('is what came of each recipient', async () => {
    const { chain, addresses, write } = await up([{ recipients: ['*@example.test'] }])
    const file = await write('m.eml', message())
    const to = ['--to', 'b@example.test', 'c@other.test']
    const { status, stdout, stderr } = await command('send', file, '--chain', chain, '--json', ...to)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      server: { address: addresses[0], port },
      recipients: [
        { recipient: 'b@example.test', kind: 'delivered', reply: expect.stringMatching(/^250 2\.0\.0 Ok: queued as /) },
        {
          recipient: 'c@other.test',
          kind: 'failed',
          stage: 'rcpt',
          reply: expect.stringMatching(/^550 5\.7\.1 /),
          cause: expect.any(String),
        },
      ],
    })
  })
})

describe('--wait', () => {
  it('shows the way and the verdict', async () => {
    const { chain, write } = await up()
    const file = await write('m.eml', message())
    const { status, stdout } = await command('send', file, '--chain', chain, '--wait', '--to', 'x@x.test', 'y@y.test')
    expect(status).toBe(0)
    expect(stdout.match(/✔/g)).toHaveLength(1)
    expect(stdout).toMatch(/^✔ .*m\.eml {2}x@x\.test, y@y\.test$/m)
    expect(stdout).toMatch(/^PASS {2}2 deliveries · 4 hops · evidence: message \+ journal$/m)
  })

  it('waits for each copy where the server takes one recipient in a transaction', async () => {
    const { chain, write } = await up([{ limits: { recipients: 1 } }, {}])
    const to = ['--to', 'a@example.test', '--to', 'b@example.test', '--to', 'c@example.test']
    const { status, stdout } = await command(
      'send',
      await write('m.eml', message()),
      ...to,
      '--wait',
      '--chain',
      chain,
      '--json',
    )
    expect(status).toBe(0)
    expect(readVerdict(stdout).messages.map(({ recipient }) => recipient)).toEqual([
      'a@example.test',
      'b@example.test',
      'c@example.test',
    ])
  })

  it('is with --json the verdict document, of refused recipients too', async () => {
    const { chain, write } = await up([{ recipients: ['*@example.test'] }])
    const args = ['--chain', chain, '--wait', '--json', '--to', 'b@example.test', 'c@other.test']
    const { status, stdout, stderr } = await command('send', await write('m.eml', message()), ...args)
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    expect(readVerdict(stdout).messages).toMatchObject([
      { recipient: 'b@example.test', delivered: true, verdict: 'pass', evidence: 'message+journal' },
      { recipient: 'c@other.test', delivered: false, findings: [{ code: 'not-delivered', position: 1 }] },
    ])
  })

  it('ends with 1 when the time is over, and tells where the message is', async () => {
    const { chain, write, addresses } = await up([{}, { limits: { connections: 1 } }])
    const only = connect(port, addresses[1])
    onTestFinished(() => void only.destroy())
    await once(only, 'data')
    const args = ['--chain', chain, '--wait', '--timeout', '500ms', '--json']
    const { status, stdout } = await command('send', await write('m.eml', message()), ...args)
    expect(status).toBe(1)
    expect(readVerdict(stdout).messages[0]?.findings).toMatchObject([
      { code: 'not-delivered', position: 1, message: expect.stringMatching(/: at first: 421 .*, waited 500 ms$/) },
    ])
  })

  it('ends at once where somebody drops the message', async () => {
    const space = await workspace([{}, { faults: [{ at: 'rcpt', reply: '450 4.7.1 Later' }] }])
    const news = new EventEmitter()
    const chain = await startChain(space.chain, { onEvent: event => news.emit(event.event, event) })
    onTestFinished(() => chain.close())
    const isDeferred = once(news, 'deferred')
    const args = ['--chain', space.chain, '--wait', '--timeout', '1m', '--json']
    const sent = command('send', await space.write('m.eml', message()), ...args)
    const [deferred] = await isDeferred
    expect(await chain.queue.drop(deferred.id)).toBe('done')
    const { status, stdout } = await sent
    expect(status).toBe(1)
    const told = expect.stringMatching(/^not delivered to b@example\.test: dropped by hand at first, at \S+Z$/)
    expect(readVerdict(stdout).messages[0]?.findings).toMatchObject([{ code: 'not-delivered', message: told }])
  }, 20_000)

  it('ends with 2 where the journal does not know the message', async () => {
    const { addresses } = await up()
    const other = await workspace()
    const file = await other.write('m.eml', message())
    const server = `${addresses[0]}:${port}`
    const args = ['--server', server, '--wait', '--timeout', '300ms', '--chain', other.chain]
    const nothingThere = await command('send', file, ...args)
    await mkdir(other.path('.mta-chain'))
    const nothingKnown = await command('send', file, ...args)
    for (const { status, stderr } of [nothingThere, nothingKnown]) {
      expect(status).toBe(2)
      expect(stderr).toContain(`mta-chain: the journal in ${other.path('.mta-chain')} does not know `)
    }
  })
})

describe('--timeout', () => {
  it.each(['connect', 'message'])('ends the hand-over too, where the server stalls at %s', async at => {
    const { chain, write } = await up([{ faults: [{ at, stall: true }] }])
    const file = await write('m.eml', message())
    const args = ['send', file, '--chain', chain, '--timeout', '300ms']
    const began = performance.now()
    const handed = await command(...args)
    const waited = await command(...args, '--wait', '--json')
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(handed).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^b@example\.test: .*: not taken over yet, waited 300 ms$/),
    })
    expect(waited.status).toBe(1)
    expect(readVerdict(waited.stdout).messages[0]?.findings).toMatchObject([
      { code: 'not-delivered', message: expect.stringContaining(`not taken over yet, waited 300 ms (at ${at})`) },
    ])
  })
})

describe('a server', () => {
  it('that is not there ends with 3 and the mend', async () => {
    const { chain, addresses, write } = await workspace()
    const file = await write('m.eml', message())
    expect(await command('send', file, '--chain', chain)).toEqual({
      status: 3,
      stdout: '',
      stderr: `b@example.test: ${addresses[0]}:${port}: ECONNREFUSED. Nothing listens there: start the chain with mta-chain up`,
    })
    const { status, stdout } = await command('send', file, '--chain', chain, '--wait', '--json')
    expect(status).toBe(3)
    expect(readVerdict(stdout).messages[0]?.findings[0]?.message).toContain('at first: ECONNREFUSED (at connect)')
  })

  it('is any with --server, by address or name', async () => {
    const { write } = await workspace()
    const file = await write('m.eml', message())
    const running = await startChain({ mtas: [{ name: 'only', address: '127.0.0.1' }] })
    onTestFinished(() => running.close())
    const taken = { status: 0, stderr: expect.stringContaining('250 2.0.0') }
    for (const host of ['127.0.0.1', '[127.0.0.1]', 'localhost']) {
      expect(await command('send', file, '--server', `${host}:${running.mtas[0]?.port}`)).toMatchObject(taken)
    }
  })

  it.each(['127.0.0.1', 'localhost:', ':25', '::1:25', 'localhost:0', 'localhost:70000', 'http://x:25'])(
    'is HOST:PORT, which %s is not',
    async server => {
      const { write } = await workspace()
      const { status, stderr } = await command('send', await write('m.eml', message()), '--server', server)
      expect(status).toBe(2)
      expect(stderr).toBe(`mta-chain: --server: "${server}" is no HOST:PORT, expected as 127.0.0.11:2525 or [::1]:2525`)
    },
  )

  it('can not put escape sequences on the terminal by its replies', async () => {
    const address = freshAddress()
    const server = createServer(socket => socket.end('554 5.7.1 \u001B]0;owned\u0007\u009B31m no\r\n'))
    await new Promise<void>(resolve => server.listen(port, address, resolve))
    onTestFinished(() => void server.close())
    const { write } = await workspace()
    const args = ['send', await write('m.eml', message()), '--server', `${address}:${port}`]
    const { status, stderr } = await command(...args)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^b@example\.test: refused at connect: 554 5\.7\.1 \\x1b\]0;owned\\x07/)
    expect(stderr).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/)
  })
})
