/**
 * `run` from its first line to its last, in this process.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command } from './support/command.js'
import { readVerdict } from './support/verdict.js'
import { message, port, type Workspace, workspace } from './support/workspace.js'

const fixtures = join(import.meta.dirname, '../../fixtures/messages')

async function listening(address: string): Promise<void> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(port, address, resolve))
  onTestFinished(() => void server.close())
}

describe('what it shows', () => {
  it('is the chain, the way and the verdict', async () => {
    const { chain, addresses, list } = await workspace()
    const { status, stdout, stderr } = await command('run', join(fixtures, 'plain.eml'), '--chain', chain)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^ {2}client ─▶ first ─+▶ second$/)
    expect(lines[1]).toMatch(new RegExp(`^ +${addresses[0]} +${addresses[1]}$`))
    expect(lines[2]).toMatch(new RegExp(`^ +:${port} +:${port}$`))
    expect(lines[4]).toMatch(/^✔ plain\.eml {2}a@example\.test → b@example\.test, 678 B in [\d.]+ m?s$/)
    expect(lines[5]).toMatch(new RegExp(`^ {2}1 {2}first {3}${addresses[0]} {2}ESMTP {2}\\w{10}$`))
    expect(lines[6]).toMatch(new RegExp(`^ {2}2 {2}second {2}${addresses[1]} {2}ESMTP {2}\\w{10} {2}\\+[\\d.]+ m?s$`))
    expect(lines.at(-1)).toMatch(/^PASS {2}1 delivery · 2 hops · evidence: message \+ journal · [\d.]+ m?s$/)
    // its throw-away state is gone, and the folder it lay in
    expect(await list()).toEqual(['chain.json'])
  })

  it('is with --json the verdict document and nothing else', async () => {
    const { chain } = await workspace()
    const file = join(fixtures, 'five-received.eml')
    const { status, stdout, stderr } = await command('run', file, '--chain', chain, '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { verdict, evidence, messages } = readVerdict(stdout)
    expect({ verdict, evidence }).toEqual({ verdict: 'pass', evidence: 'message+journal' })
    expect(messages).toMatchObject([{ file, recipient: 'b@example.test', delivered: true, verdict: 'pass' }])
    expect(messages[0]?.path.map(({ mta }) => mta)).toEqual(['first', 'second'])
    expect(messages[0]?.claimed).toHaveLength(5)
  })

  it('is each recipient in the document, and one way for people', async () => {
    const { chain } = await workspace()
    const args = ['run', join(fixtures, 'many-recipients.eml'), '--chain', chain]
    expect(readVerdict((await command(...args, '--json')).stdout).messages).toHaveLength(5)
    const { stdout } = await command(...args)
    expect(stdout.match(/✔/g)).toHaveLength(1)
    expect(stdout).toContain('→ 5 recipients, ')
    expect(stdout).not.toContain('more the same way')
  })

  it('is each recipient also where the first MTA takes one in a transaction, each a copy of its own', async () => {
    const { chain } = await workspace([{ limits: { recipients: 2 } }, {}])
    const { status, stdout } = await command('run', join(fixtures, 'many-recipients.eml'), '--chain', chain, '--json')
    const { messages } = readVerdict(stdout)
    expect(status).toBe(0)
    expect(messages).toHaveLength(5)
    expect(new Set(messages.map(({ path }) => path[0]?.id)).size).toBe(3)
  })
})

describe('what it tells of a message that passes', () => {
  it('is that it will come twice, and the status stays 0', async () => {
    const twice = { at: 'message', drop: true, keep: true, first: 1 }
    const later = { at: 'message', delay: '300ms' }
    const { chain, write } = await workspace([{}, { faults: [twice] }, { faults: [later] }])
    const { status, stdout } = await command('run', await write('m.eml', message()), '--chain', chain)
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^ {2}! duplicate \(hop 2, field 1\) {2}The 1st of 2 copies for b@example\.test: second took it/m,
    )
  })

  it('is who did not get it, beside the failure of that one', async () => {
    const { chain, write } = await workspace([{}, { recipients: ['*@example.test'] }])
    const args = ['--chain', chain, '--to', 'b@example.test', 'c@other.test']
    const { stdout } = await command('run', await write('m.eml', message()), ...args)
    expect(stdout).toMatch(/^ {5}bounced for c@other\.test by first: 550 5\.7\.1 /m)
  })
})

describe('what it sends', () => {
  it('is hundreds of copies, each one checked', async () => {
    const { chain, write } = await workspace()
    const args = ['run', await write('m.eml', message()), '--chain', chain, '--count', '200']
    const { status, stdout } = await command(...args)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^✔ m\.eml .* 200 copies, each in /m)
    expect(stdout).toContain('  199 copies more the same way')
    expect(stdout).toContain('PASS  200 deliveries · 400 hops')
  })

  it('is a folder, an mbox, a file saved on Unix, in the order of the arguments', async () => {
    const { chain, path, write } = await workspace()
    await mkdir(path('folder'))
    await write('folder/b.eml', message())
    await write('folder/a.EML', message())
    await write('folder/README.md', 'no message')
    const from = 'From a@example.test Tue Nov 24 10:00:00 2026\n'
    await write('two.mbox', `${from}Subject: 1\n\nx\n\n${from}Subject: 2\n\ny\n\n`)
    await write('unix.eml', message().replaceAll('\r', '').replace('b@example.test', 'unix@example.test'))
    const files = ['folder', 'two.mbox', 'unix.eml'].map(name => path(name))
    const { status, stdout } = await command('run', ...files, '--chain', chain, '--json')
    expect(status).toBe(0)
    const { messages } = readVerdict(stdout)
    expect(messages.map(({ file }) => file)).toEqual(
      ['folder/a.EML', 'folder/b.eml', 'two.mbox#1', 'two.mbox#2', 'unix.eml'].map(name => path(name)),
    )
    expect(messages.at(-1)?.recipient).toBe('unix@example.test')
  })

  it('goes to --to from --from', async () => {
    const { chain, write } = await workspace()
    const file = await write('m.eml', message())
    const { stdout } = await command('run', file, '--chain', chain, '--from', '<>', '--to', 'x@x.test', '<y@y.test>')
    expect(stdout).toContain('✔ m.eml  <> → x@x.test, y@y.test, ')
  })

  it('ends with 2 where an address is none', async () => {
    const { chain, write } = await workspace()
    const file = await write('m.eml', message())
    expect(await command('run', file, '--chain', chain, '--to', 'nobody')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'mta-chain: --to: "nobody" is no mail address, expected local@domain',
    })
  })

  it.each([
    ['missing.eml', 'no such file or folder. Give the path of a message (.eml)'],
    ['folder/it.eml', 'it is a folder'],
    ['empty', 'no messages in that folder, expected .eml files or a Maildir (new, cur)'],
  ])('ends with 2 where it can not be read: %s', async (name, why) => {
    const { chain, path, list } = await workspace()
    await mkdir(path('folder/it.eml'), { recursive: true })
    await mkdir(path('empty'))
    const { status, stdout, stderr } = await command('run', path(name.split('/')[0] ?? ''), '--chain', chain)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(path(name))
    expect(stderr).toContain(why)
    expect(await list()).not.toContain('.mta-chain')
  })
})

describe('a message that does not arrive is told with where and why, and the status is 1', () => {
  async function lost(space: Workspace, file: string, ...args: readonly string[]): Promise<object | undefined> {
    const { status, stdout } = await command('run', file, '--chain', space.chain, '--json', ...args)
    expect(status).toBe(1)
    const { verdict, messages } = readVerdict(stdout)
    expect(verdict).toBe('fail')
    expect(await space.list()).not.toContain('.mta-chain')
    return messages.find(({ delivered }) => !delivered)?.findings[0]
  }

  it('larger than the limit', async () => {
    const space = await workspace([{}, {}], { limits: { messageSize: '1kB' } })
    const file = await space.write('m.eml', message() + 'x'.repeat(2_000))
    expect(await lost(space, file)).toMatchObject({
      code: 'not-delivered',
      position: 1,
      message: expect.stringMatching(/^not delivered to b@example\.test: at first: 552 5\.3\.4 /),
    })
  })

  it('a bare LF among lines with CRLF', async () => {
    const space = await workspace()
    const file = await space.write('m.eml', `${message()}one\ntwo\r\n`)
    expect(await lost(space, file)).toMatchObject({
      code: 'not-delivered',
      position: 1,
      message: expect.stringMatching(/at first: 550 5\.5\.2 .*\(at message\)$/),
    })
  })

  it('refused in the middle of the chain, for one of two recipients', async () => {
    const space = await workspace([{}, { recipients: ['*@example.test'] }, {}])
    const file = await space.write('m.eml', message())
    const to = ['--to', 'b@example.test', 'c@other.test']
    expect(await lost(space, file, ...to)).toMatchObject({
      position: 1,
      message: expect.stringMatching(
        /^not delivered to c@other\.test: bounced by first: 550 5\.7\.1 .*\(at rcpt\), report \w{10} to a@example\.test$/,
      ),
    })
    const { stdout } = await command('run', file, '--chain', space.chain, ...to)
    expect(stdout).toContain('FAIL  2 deliveries · 1 failed · 3 hops')
    expect(stdout).toMatch(/^✔ m\.eml/m)
    expect(stdout).toMatch(/^✘ m\.eml.*\n {2}✘ not-delivered \(hop 1\) {2}not delivered to c@other\.test/m)
  })

  it('refused by the first MTA, for all recipients', async () => {
    const space = await workspace([{ recipients: ['*@example.test'] }, {}])
    const file = await space.write('m.eml', message())
    const { stdout } = await command('run', file, '--chain', space.chain, '--json', '--to', 'x@x.test', 'y@y.test')
    expect(readVerdict(stdout).messages.map(({ recipient, findings }) => [recipient, findings[0]?.message])).toEqual([
      ['x@x.test', expect.stringMatching(/^not delivered to x@x\.test: at first: 550 5\.7\.1 /)],
      ['y@y.test', expect.stringMatching(/^not delivered to y@y\.test: at first: 550 5\.7\.1 /)],
    ])
  })

  it('taken over by a first MTA that did not say so, for all that the client knows', async () => {
    const space = await workspace([{ faults: [{ at: 'message', drop: true, keep: true, first: 1 }] }, {}])
    const file = await space.write('m.eml', message())
    expect(await lost(space, file)).toMatchObject({
      position: 1,
      message: expect.stringMatching(/at first: the other side closed .*; it may have been taken all the same$/),
    })
  })

  it('deferred when the time is over', async () => {
    const space = await workspace([{}, { limits: { connections: 1 } }])
    const file = await space.write('m.eml', message())
    const late = await lost(space, file, '--count', '20', '--timeout', '1s')
    expect(late).toMatchObject({
      code: 'not-delivered',
      position: 1,
      message: expect.stringMatching(/: at first: 421 4\.3\.2 .*, to be tried again at .*Z, waited 1 s$/),
    })
  })

  it('not even taken over when the time is over', async () => {
    const space = await workspace()
    const file = await space.write('m.eml', message())
    expect(await lost(space, file, '--timeout', '1ms')).toMatchObject({
      position: 1,
      message: 'not delivered to b@example.test: at first: not taken over yet, waited 1 ms',
    })
  })
})

describe('its state', () => {
  it('stays with --keep, where check finds it', async () => {
    const { chain, write, path, list } = await workspace()
    const file = await write('m.eml', message())
    const { status, stderr } = await command('run', file, '--chain', chain, '--keep')
    expect(status).toBe(0)
    const [run = ''] = await list('.mta-chain')
    expect(stderr).toBe(`mta-chain: kept in ${path('.mta-chain', run)}`)
    const mailbox = path('.mta-chain', run, 'mailbox/b@example.test')
    const checked = await command('check', mailbox, '--chain', chain, '--journal', path('.mta-chain', run))
    expect(checked.stdout).toContain('PASS  1 delivery · 2 hops · evidence: message + journal')
  })

  it('is removed where the chain can not start, and what lies beside it is not touched', async () => {
    const { chain, write, path, list, addresses } = await workspace()
    await mkdir(path('.mta-chain/spool'), { recursive: true })
    await write('.mta-chain/journal.jsonl', 'somebody else\n')
    await listening(addresses[1] ?? '')
    const file = await write('m.eml', message())
    const { status, stdout, stderr } = await command('run', file, '--chain', chain, '--keep')
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(`^mta-chain: second can't listen on ${addresses[1]} port ${port}: another program`),
    )
    expect(stderr).toContain(`lsof -nP -iTCP:${port} -sTCP:LISTEN`)
    expect(await list('.mta-chain')).toEqual(['journal.jsonl', 'spool'])
    expect(await readFile(path('.mta-chain/journal.jsonl'), 'utf8')).toBe('somebody else\n')
  })

  it('is on disk also where chain.json has mailboxes in memory', async () => {
    const { chain, write } = await workspace([{}], { mailbox: 'memory', spool: 'memory' })
    const file = await write('m.eml', message())
    expect(await command('run', file, '--chain', chain)).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('--out', () => {
  it('has every delivered message, octet for octet below the trace fields', async () => {
    const { chain, write, path, list } = await workspace()
    const file = await write('m.eml', message())
    await command('run', file, '--chain', chain, '--count', '3', '--out', path('new/out'))
    const names = await list('new/out')
    expect(names).toEqual(Array(3).fill(expect.stringMatching(/^m\.\w{10}\.eml$/)))
    const content = await readFile(path('new/out', names[0] ?? ''), 'utf8')
    expect(content).toMatch(/^Return-Path: <a@example\.test>\r\nReceived: from first\.chain\.test /)
    expect(content.endsWith(message())).toBe(true)
  })

  it('that can not be made ends with 3 before anything is sent', async () => {
    const { chain, write, path, list } = await workspace()
    const file = await write('m.eml', message())
    const { status, stdout, stderr } = await command('run', file, '--chain', chain, '--out', path('m.eml/out'))
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toBe(`mta-chain: --out: ${path('m.eml/out')} can't be made: a part of the path is no folder`)
    expect(await list()).toEqual(['chain.json', 'm.eml'])
  })
})
