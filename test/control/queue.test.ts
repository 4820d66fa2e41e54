/**
 * The commands that work on the queues, against a chain whose second MTA does not take mail yet.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { messageSchema, shownSchema, statusSchema } from '../../src/control/answers.js'
import { command, commandWith } from '../cli/support/command.js'
import { control, type Controlling, http, newFolder } from './controlling.js'
import { freshAddress } from '../support/fresh-address.js'

async function json(...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr, status } = await command(...args, '--json')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function list(chain: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout } = await command('queue', 'list', '--chain', chain, ...args, '--json')
  const { messages } = JSON.parse(stdout)
  return messageSchema
    .array()
    .parse(messages)
    .map(({ id }) => id)
}

function delivered({ happened }: Controlling, id: string): Promise<unknown> {
  return happened(event => event.event === 'relayed' && event.id === id)
}

describe('status', () => {
  it('tells the MTAs, their queues and who does not answer', async () => {
    const { file, send, chain } = await control()
    await send()
    const found = statusSchema.parse(await json('status', '--chain', file))
    expect(found).toMatchObject({ version: '1.2.3', pid: process.pid, faults: 0 })
    expect(found.mtas).toMatchObject([
      { name: 'first', port: chain.mtas[0]?.port, queue: { deferred: 1, ready: 0 } },
      { name: 'second', sessions: 1, queue: { deferred: 0 }, destinations: [] },
    ])
    // three sessions that are turned away make it dead
    expect(found.mtas[0]?.destinations).toEqual([
      { name: 'second', active: 0, answers: true, problem: null, nextProbeAt: null },
    ])
    await send()
    await send()
    const later = statusSchema.parse(await json('status', '--chain', file))
    expect(later.mtas[0]?.destinations).toEqual([
      {
        name: 'second',
        active: 0,
        answers: false,
        problem: expect.stringContaining('421 4.3.2'),
        nextProbeAt: expect.any(String),
      },
    ])
    const { stdout } = await command('status', '--chain', file)
    expect(stdout).toMatch(
      /^mta-chain 1\.2\.3, process \d+, since .*Z; mail time .*Z; 0 fault rules\n {2}first {3}127\./,
    )
    expect(stdout).toMatch(
      /3 deferred\n {4}second does not answer: 421 4\.3\.2 .*; next probe in .*\n {2}second {2}127\./,
    )
  })
})

describe('queue list', () => {
  it('shows what fits all that is asked for', async () => {
    const { file, send } = await control()
    const ids = [
      await send('b@example.test'),
      await send(['c@example.test', 'C@other.test']),
      await send('d@other.test'),
    ]
    expect(await list(file)).toEqual(ids)
    expect(await list(file, '--to', '*@OTHER.test')).toEqual(ids.slice(1))
    expect(await list(file, '--to', '*@other.test', '--limit', '1')).toEqual(ids.slice(1, 2))
    expect(await list(file, '--from', 'a@*', '--to', 'b@*', '--state', 'deferred', '--mta', 'first')).toEqual([ids[0]])
    for (const none of [
      ['--mta', 'second'],
      ['--state', 'held'],
      ['--from', '<>'],
      ['--to', 'x@*'],
    ]) {
      expect(await list(file, ...none)).toEqual([])
    }
    const { stdout } = await command('queue', 'list', '--chain', file)
    const [first, problem, second] = stdout.split('\n')
    expect(first).toMatch(
      new RegExp(
        `^${ids[0]} {2}first {2}deferred {2}\\d+ B {2}1× {2}in (?:1 h|59 min.*) {2}a@example.test → b@example.test$`,
      ),
    )
    expect(problem).toMatch(/^ {2}421 4\.3\.2 /)
    expect(second).toMatch(/→ c@example.test and 1 more$/)
  })

  it('is one JSON document, written as those of other commands are', async () => {
    const { file, send } = await control()
    const words = ['queue', 'list', '--chain', file, '--json']
    const document = async (): Promise<string> => {
      const pieces: string[] = []
      const octets = async (piece: Uint8Array): Promise<void> => void pieces.push(Buffer.from(piece).toString())
      expect((await commandWith({ octets }, words)).status).toBe(0)
      return pieces.join('')
    }
    expect(await document()).toBe('{\n  "messages": []\n}\n')
    await send()
    await send(['b@example.test', 'c@example.test'])
    const listed = await document()
    expect(listed).toBe(`${JSON.stringify(JSON.parse(listed), null, 2)}\n`)
    expect(JSON.parse(listed).messages).toHaveLength(2)
  })

  it('sends each message as it is read, on a line', async () => {
    const { socket, send } = await control()
    const ids = [await send(), await send()]
    const { headers, body } = await http(socket, 'GET', '/queue')
    expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'transfer-encoding': 'chunked' })
    const lines = body.trimEnd().split('\n')
    expect(lines.map(line => messageSchema.parse(JSON.parse(line)).id)).toEqual(ids)
  })
})

describe('queue show', () => {
  it('tells all that is known of a message', async () => {
    const { file, send } = await control()
    await send()
    const id = await send(['b@example.test', 'c@example.test'])
    const found = shownSchema.parse(await json('queue', 'show', id, '--chain', file))
    expect(found).toMatchObject({ id, mta: 'first', state: 'deferred', from: 'a@example.test', attempts: 1 })
    expect(found.recipients.map(({ recipient, state }) => [recipient, state])).toEqual([
      ['b@example.test', 'deferred'],
      ['c@example.test', 'deferred'],
    ])
    expect(found.recipients[0]?.said).toContain('421 4.3.2 ')
    expect(found.stamp).toMatch(/^Received: from /)
    expect(found.history.map(event => [event.event, event.id])).toContainEqual(['received', id])
    const { stdout } = await command('queue', 'show', id.toLowerCase(), '--chain', file)
    expect(stdout.split('\n')[0]).toBe(`${id}  deferred at first`)
    expect(stdout).toMatch(/^ {2}b@example\.test {2}deferred {2}421 4\.3\.2 .*$/m)
    expect(stdout).toMatch(/^ {2}\S+Z {2}first {2}\w{10} {2}received {2}250 2\.0\.0 Ok/m)
  })
})

describe('queue export', () => {
  const content = 'Subject: x\r\n\r\n.dots and \u00fc\r\n'

  it('gives the octets as they go on', async () => {
    const controlling = await control()
    const { file, send, chain, free } = controlling
    const id = await send('b@example.test', content)
    const out = join(await newFolder(), 'm.eml')
    const { status, stderr } = await command('queue', 'export', id, '--chain', file, '--out', out)
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/ B written to /) })
    const exported = await readFile(out)
    expect(exported.toString()).toMatch(/^Received: from [^]*\r\nSubject: x\r\n\r\n\.dots and ü\r\n$/)
    expect(await json('queue', 'export', id, '--chain', file)).toEqual({
      id,
      octets: exported.length,
      content: exported.toString('base64'),
    })
    expect((await command('queue', 'export', id, '--chain', file)).stdout).toBe(exported.toString())
    free()
    await command('queue', 'retry', id, '--chain', file)
    await delivered(controlling, id)
    const history = await chain.journal.history(id)
    expect(history?.received[1]?.size).toBe(exported.length)
  })

  it('leaves no file where there is no such message', async () => {
    const { file } = await control()
    const out = join(await newFolder(), 'm.eml')
    const { status } = await command('queue', 'export', '0000000000', '--chain', file, '--out', out)
    expect(status).toBe(1)
    await expect(readFile(out)).rejects.toThrow('ENOENT')
  })

  it('tells where it can not write', async () => {
    const { file, send } = await control()
    const out = join(await newFolder(), 'none/m.eml')
    const { status, stderr } = await command('queue', 'export', await send(), '--chain', file, '--out', out)
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `mta-chain: ${out} can't be written: no such file or folder`,
    })
  })
})

describe('queue retry, hold, release and drop', () => {
  it('a message is held, stays, is released and goes on', async () => {
    const controlling = await control()
    const { file, send, free } = controlling
    const id = await send()
    const said = await command('queue', 'hold', id, '--chain', file)
    expect(said).toEqual({ status: 0, stdout: '1 message held.', stderr: '' })
    expect(await list(file, '--state', 'held')).toEqual([id])
    const retried = await command('queue', 'retry', id, '--chain', file)
    expect(retried).toMatchObject({
      status: 1,
      stderr: `mta-chain: ${id}: it is held, mta-chain queue release tries it`,
    })
    expect(await json('queue', 'retry', '--all', '--chain', file)).toEqual({ done: 0, refused: [] })
    free()
    expect(await json('queue', 'release', '--all', '--chain', file)).toEqual({ done: 1, refused: [] })
    await delivered(controlling, id)
  })

  it('all are tried now, or those of one MTA', async () => {
    const controlling = await control()
    const { file, send, free } = controlling
    const ids = [await send(), await send()]
    expect(await json('queue', 'retry', '--all', '--mta', 'second', '--chain', file)).toMatchObject({ done: 0 })
    free()
    expect(await json('queue', 'retry', '--all', '--mta', 'first', '--chain', file)).toMatchObject({ done: 2 })
    for (const id of ids) await delivered(controlling, id)
  })

  it('all that fit are held, released and dropped', async () => {
    const { file, send, chain } = await control()
    const ids = [await send('b@example.test'), await send('c@other.test'), await send('D@other.test')]
    const work = (...words: readonly string[]) => json('queue', ...words, '--all', '--chain', file)
    expect(await work('hold', '--to', '*@OTHER.test', '--from', 'a@*')).toEqual({ done: 2, refused: [] })
    expect(await list(file, '--state', 'held')).toEqual(ids.slice(1))
    expect(await work('retry', '--to', 'c@*')).toEqual({ done: 0, refused: [] })
    expect(await work('drop', '--mta', 'second')).toEqual({ done: 0, refused: [] })
    expect(await work('drop', '--state', 'held', '--to', 'c@*')).toEqual({ done: 1, refused: [] })
    expect(await work('release', '--to', 'b@*')).toEqual({ done: 0, refused: [] })
    expect(chain.queue.find(ids[2] ?? '')?.state).toBe('held')
    expect(await work('hold')).toEqual({ done: 2, refused: [] })
    expect(await work('release', '--to', 'b@*', '--state', 'held')).toEqual({ done: 1, refused: [] })
    expect(await work('drop', '--state', 'held')).toEqual({ done: 1, refused: [] })
    expect(chain.queue.find(ids[2] ?? '')).toBeNull()
  })

  it.each([{}, { mta: 'first' }, { all: false }, { all: true, ids: ['7QJ2M4XKZ9'] }, { all: true, state: 'lost' }])(
    'nothing is dropped for the body %j',
    async body => {
      const { socket, send, chain } = await control()
      const id = await send()
      const { status } = await http(socket, 'POST', '/queue/drop', JSON.stringify(body))
      expect(status).toBe(400)
      expect(chain.queue.find(id)).not.toBeNull()
    },
  )

  it('a message is dropped, and the others are told of', async () => {
    const { file, send, happened, chain } = await control()
    const id = await send()
    const said = await command('queue', 'drop', id, '0000000000', id, '--chain', file)
    expect(said).toEqual({
      status: 1,
      stdout: '1 message dropped.',
      stderr: 'mta-chain: 0000000000: no queue has it, it may have gone on',
    })
    await happened(event => event.event === 'dropped' && event.id === id)
    expect(chain.queue.find(id)).toBeNull()
  })

  it.each([
    ['queue drop', 'give queue ids'],
    ['queue drop x', 'x: expected a queue id'],
    ['queue retry 0000000000 --all', 'give queue ids, or --all, not both'],
    ['queue retry 0000000000 --mta first', '--mta goes with --all'],
    ['queue drop --to b@example.test', '--to goes with --all'],
    ['queue release --all --state deferred', 'body.state: found "deferred": expected held: release is for no others'],
    ['queue retry --all --mta third', 'mta: the chain has no "third": expected one of first, second'],
    ['queue list --mta third', 'mta: the chain has no "third": expected one of first, second'],
    ['queue list --state lost', 'Allowed choices are active, ready'],
    ['queue show', "missing required argument 'id'"],
    ['queue lift', "unknown command 'lift'"],
    ['fault clear third', 'mta: the chain has no "third": expected one of first, second'],
  ])('%s is wrong usage', async (words, sentence) => {
    const { file } = await control()
    const [group = '', name = '', ...args] = words.split(' ')
    const ended = await command(group, name, '--chain', file, ...args)
    expect(ended.stderr).toContain(sentence)
    expect(ended).toMatchObject({ status: 2, stdout: '' })
  })
})

it.each(['status', 'queue list', 'queue show 0000000000', 'queue drop 0000000000', 'fault list'])(
  '%s: without a running chain it says how to start one, and ends with 3',
  async words => {
    const file = join(await newFolder(), 'chain.json')
    await writeFile(file, JSON.stringify({ mtas: [{ name: 'a', address: freshAddress() }] }))
    expect(await command(...words.split(' '), '--chain', file)).toEqual({
      status: 3,
      stdout: '',
      stderr: `mta-chain: no chain runs on ${file}: start one with mta-chain up --chain ${file}`,
    })
  },
)
