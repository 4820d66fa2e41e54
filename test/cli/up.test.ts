/**
 * `up`: a chain that stays, in a process of its own.
 */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { open } from 'lmdb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command } from './support/command.js'
import { builtPackage, Program } from './support/program.js'
import { message, port, workspace } from './support/workspace.js'

const built = builtPackage()

function up(cwd: string, ...args: readonly string[]): Program {
  return new Program(join(built, 'bin/mta-chain.js'), ['up', ...args], { cwd })
}

const answers = /MTAs answer/

describe('up', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'shows the MTAs, says when it is ready, and ends by %s with 0',
    async signal => {
      const { folder, addresses } = await workspace()
      const chain = up(folder)
      await chain.says(answers)
      chain.kill(signal)
      const { status, stdout, stderr } = await chain.ended()
      expect(status).toBe(0)
      expect(stdout).toMatch(/^ {2}client ─▶ first ─+▶ second\n +127\.\S+ +127\.\S+\n +:\d+ +:\d+\n$/)
      expect(stderr.split('\n')).toEqual([
        `mta-chain: 2 MTAs answer, send to ${addresses[0]}:${port}. Ctrl-C stops.`,
        'mta-chain: stopping, what is under way is finished first. Ctrl-C again ends at once.',
        '',
      ])
    },
  )

  it('tells with --json one event a line, and when it is ready', async () => {
    const { folder, chain: file, write, addresses } = await workspace()
    const chain = up(folder, '--json')
    await chain.says(answers)
    const sent = await command('send', await write('m.eml', message()), '--chain', file, '--wait')
    expect(sent.status).toBe(0)
    await chain.says(/"delivered"/)
    chain.kill('SIGTERM')
    const { stdout } = await chain.ended()
    const events: unknown[] = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    const mtas = ['first', 'second'].map((name, at) => ({ name, address: addresses[at], port }))
    expect(events[0]).toEqual({ event: 'ready', time: expect.any(String), mtas })
    expect(events.slice(1)).toMatchObject([
      { event: 'received', mta: 'first' },
      { event: 'received', mta: 'second' },
      { event: 'relayed', mta: 'first' },
      { event: 'delivered', mta: 'second', recipient: 'b@example.test' },
    ])
  })

  it('has at the next start what was queued at the last one', async () => {
    const { folder, chain: file, write, addresses } = await workspace([{}, { limits: { connections: 1 } }])
    const first = up(folder)
    await first.says(answers)
    // the only session that the second MTA allows: mail for it waits
    const only = connect(port, addresses[1])
    await once(only, 'data')
    await command('send', await write('m.eml', message()), '--chain', file)
    only.destroy()
    first.kill('SIGINT')
    const { status, stderr } = await first.ended()
    expect(status).toBe(0)
    expect(stderr).toContain('mta-chain: 1 message queued for the next start.')
    const second = up(folder, '--json')
    await second.says(/"delivered"/)
    second.kill('SIGINT')
    expect((await second.ended()).stderr).toContain('mta-chain: 1 message from the last time, tried now.')
  })

  it('stops when nobody reads its events any more', async () => {
    const { folder, chain: file, write } = await workspace()
    const chain = up(folder, '--json')
    await chain.says(answers)
    chain.process.stdout?.destroy()
    await command('send', await write('m.eml', message()), '--chain', file)
    expect(await chain.ended()).toMatchObject({ status: 0, stderr: expect.stringMatching(/stopping, .*\n$/) })
  })

  it('ends at once when it is told twice', async () => {
    const { folder, chain: file, addresses, write } = await workspace([{}, {}], { limits: { drainTime: '1h' } })
    const chain = up(folder)
    await chain.says(answers)
    // a session in the middle of DATA: draining waits for it
    const session = connect(port, addresses[0])
    onTestFinished(() => void session.destroy())
    for (const line of ['EHLO x.test', 'MAIL FROM:<>', 'RCPT TO:<b@example.test>', 'DATA']) {
      session.write(`${line}\r\n`)
      await once(session, 'data')
    }
    await command('send', await write('m.eml', message()), '--chain', file)
    chain.kill('SIGINT')
    await chain.says(/stopping/)
    chain.kill('SIGINT')
    expect((await chain.ended()).status).toBe(130)
    // what its process left is no obstacle
    const next = up(folder)
    await next.says(answers)
  })
})

describe('up can not start, says why and what mends it, and ends with 3:', () => {
  async function fails(folder: string): Promise<string> {
    const { status, stdout, stderr } = await command('up', '--chain', join(folder, 'chain.json'))
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr.split('\n')).toHaveLength(1)
    return stderr
  }

  it('a chain runs on the folder', async () => {
    const { folder, path } = await workspace()
    const chain = up(folder)
    await chain.says(answers)
    const { status, stderr } = await up(folder).ended()
    expect(status).toBe(3)
    expect(stderr).toBe(
      `mta-chain: ${path('.mta-chain')} is in use by process ${chain.process.pid}: another chain runs on this folder. Stop that one first (kill ${chain.process.pid}), or use a chain.json in another folder.\n`,
    )
  })

  it('a port is taken', async () => {
    const { folder, addresses } = await workspace()
    const server = createServer()
    await new Promise<void>(resolve => server.listen(port, addresses[1], resolve))
    onTestFinished(() => void server.close())
    expect(await fails(folder)).toMatch(
      new RegExp(
        `^mta-chain: second can't listen on ${addresses[1]} port ${port}: another program .* lsof -nP -iTCP:${port} `,
      ),
    )
  })

  it('the machine does not have an address', async () => {
    const { folder } = await workspace([{}, { address: '192.0.2.1', exposed: true }])
    expect(await fails(folder)).toMatch(
      /^mta-chain: second can't listen on 192\.0\.2\.1 port \d+: this machine does not have that address\. Add it with: sudo /,
    )
  })

  it('the spool is of a newer version', async () => {
    const { folder, path } = await workspace()
    await mkdir(path('.mta-chain/spool'), { recursive: true })
    const spool = open({ path: path('.mta-chain/spool'), encoding: 'binary' })
    await spool.put('meta', Buffer.from(JSON.stringify({ version: 999, seed: 1, start: 1 })))
    await spool.close()
    const sentence = await fails(folder)
    expect(sentence).toContain(`mta-chain: ${path('.mta-chain/spool')}: the spool has format 999`)
    expect(sentence).toContain('Use the newer mta-chain that wrote it')
  })

  it('a file stands where the state should lie', async () => {
    const { folder, path, write } = await workspace()
    await write('.mta-chain', '')
    const sentence = `mta-chain: ${path('.mta-chain')} can't be used: a file is in its way`
    expect(await fails(folder)).toContain(sentence)
    const ran = await command(
      'run',
      join(folder, 'chain.json'),
      '--to',
      'b@example.test',
      '--chain',
      join(folder, 'chain.json'),
    )
    expect(ran).toMatchObject({ status: 3, stderr: expect.stringContaining("can't be used: a file is in its way") })
  })

  it('a folder stands where the journal should be', async () => {
    const { folder, path } = await workspace()
    await mkdir(path('.mta-chain/journal.jsonl'), { recursive: true })
    expect(await fails(folder)).toContain("can't be used: a folder is where a file should be")
  })
})
