/**
 * `run --explain` and `run --report`.
 */
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { readXml } from '../support/xml.js'
import { command } from './support/command.js'
import { message, port, type Workspace, workspace } from './support/workspace.js'
import { freshAddress } from '../support/fresh-address.js'

const fixtures = join(import.meta.dirname, '../../fixtures')
const plain = join(fixtures, 'messages/plain.eml')

const clock = { start: '2026-01-01T09:00:00Z', speed: 'jump' }
const refusing = { faults: [{ at: 'rcpt', reply: '554 5.7.1 No' }] }

/** The chain of the fixture, at addresses that no other test has. */
async function badDay(): Promise<Workspace> {
  const space = await workspace()
  const input: { mtas: { address: string }[] } = parse(await readFile(join(fixtures, 'chains/bad-day.json'), 'utf8'))
  const mtas = input.mtas.map(mta => ({ ...mta, address: freshAddress() }))
  await space.write('chain.json', JSON.stringify({ ...input, $schema: undefined, port, mtas }))
  return space
}

async function pageAt(path: string) {
  return readXml(await readFile(path, 'utf8'))
}

describe('--explain', () => {
  it('tells the story of a bad day below the verdict on it', async () => {
    const { chain } = await badDay()
    const { status, stdout } = await command('run', plain, '--chain', chain, '--explain')
    expect(status).toBe(0)
    const flowing = stdout.replace(/\s+/g, ' ')
    expect(stdout.indexOf('✔ plain.eml')).toBeLessThan(stdout.indexOf('The way of plain.eml'))
    expect(flowing).toContain('21 min later, at attempt 4, outbound handed it')
    expect(flowing).toContain('13 h 21 min later, at attempt 9, gateway handed it')
    expect(flowing).toContain('What held it up: the other side closed the connection (8 times)')
    expect(flowing).toContain('gateway told a@example.test that it is delayed for b@example.test: report')
    expect(stdout).toContain('S: 450 4.7.1 Greylisted, try again later')
    expect(stdout.split('\n').at(-1)).toMatch(/^PASS {2}1 delivery · 5 hops/)
  })

  it.each(['github', 'junit'])('is refused where --format %s has no place for it', async format => {
    const { chain } = await workspace([{}])
    const { status, stdout, stderr } = await command('run', plain, '--chain', chain, '--explain', '--format', format)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(
      `--explain and --format ${format} exclude each other: --report FILE.html has the stories too`,
    )
  })

  it('is data in the document with --json', async () => {
    const { chain } = await workspace([{}, { faults: [{ at: 'rcpt', greylist: '10m' }] }], { clock })
    const { stdout } = await command('run', plain, '--chain', chain, '--explain', '--json')
    const attempt = z.object({
      number: z.int().nullable(),
      time: z.iso.datetime(),
      rules: z.array(z.string()),
      dialogues: z.array(z.object({ lines: z.array(z.object({ from: z.string(), text: z.string() })) })),
    })
    const hop = z.object({
      mta: z.string(),
      tookMs: z.number(),
      reason: z.string().nullable(),
      attempts: z.array(attempt),
    })
    const document = z.object({
      verdict: z.literal('pass'),
      messages: z.array(z.unknown()),
      explained: z.array(z.object({ file: z.string(), hops: z.array(hop) })),
    })
    const { explained } = document.parse(JSON.parse(stdout))
    expect(explained.map(({ file }) => file)).toEqual([plain])
    expect(explained[0]?.hops.map(({ attempts }) => attempts.length)).toEqual([1, 4])
    expect(explained[0]?.hops[1]?.reason).toBe('450 4.7.1 Greylisted, try again later (3 times)')
  })

  it('is not in the document without being asked for', async () => {
    const { chain } = await workspace()
    const { stdout } = await command('run', plain, '--chain', chain, '--json')
    expect(JSON.parse(stdout)).not.toHaveProperty('explained')
  })

  it('tells of one of many copies, the first that failed', async () => {
    const lost = { at: 'rcpt', reply: '554 5.7.1 No', first: 1 }
    const { chain } = await workspace([{}, { faults: [lost] }])
    const { status, stdout } = await command('run', plain, '--chain', chain, '--count', '20', '--explain')
    expect(status).toBe(1)
    expect(stdout.match(/The way of plain\.eml/g)).toHaveLength(1)
    expect(stdout).toContain('one of 20 copies is told of')
    expect(stdout).toContain('S: 554 5.7.1 No')
  })

  it('is short where there are many messages', async () => {
    const { chain, path, write } = await workspace()
    await mkdir(path('folder'))
    for (const name of ['a', 'b', 'c', 'd']) await write(`folder/${name}.eml`, message(name))
    const { stdout } = await command('run', path('folder'), '--chain', chain, '--explain')
    expect(stdout.match(/The way of \w\.eml/g)).toHaveLength(4)
    expect(stdout).not.toContain('S: 250')
  })
})

describe('--report', () => {
  it('writes a page of all messages, and tells where on standard error', async () => {
    const { chain, path, list, write } = await workspace()
    const other = await write('other.eml', message('Other'))
    const args = ['run', plain, other, '--chain', chain]
    const { status, stdout, stderr } = await command(...args, '--report', path('page.html'))
    expect({ status, stderr }).toEqual({ status: 0, stderr: `mta-chain: report written to ${path('page.html')}` })
    expect(stdout).not.toContain('The way of')
    const { text, elements } = await pageAt(path('page.html'))
    expect(text).toContain('All 2 deliveries went the way they should')
    expect(text).toContain('The kettle is on')
    const links = elements.flatMap(({ attributes }) => attributes.get('href') ?? [])
    expect(links).toEqual(expect.arrayContaining(['#m0', '#m1']))
    expect(await list()).toEqual(['chain.json', 'other.eml', 'page.html'])
  })

  it('has every hour of the bad day', async () => {
    const { chain, path } = await badDay()
    await command('run', plain, '--chain', chain, '--report', path('page.html'))
    const { text } = await pageAt(path('page.html'))
    expect(text).toContain('13 h 42 min of mail time')
    expect(text).toContain('+13 h 21 min, at attempt 9')
    expect(text).toContain('The clock of mailbox is 1 min 30 s slow, as the chain says.')
  })

  it('is written where the verdict is fail, too', async () => {
    const { chain, path } = await workspace([{}, refusing])
    const { status } = await command('run', plain, '--chain', chain, '--report', path('page.html'))
    expect(status).toBe(1)
    const { text } = await pageAt(path('page.html'))
    expect(text).toContain('It did not go the way it should')
    expect(text).toContain('554 5.7.1 No')
  })

  it('leads to every header where recipients are parted on the way', async () => {
    const apart = { faults: [{ at: 'rcpt', reply: '450 4.2.0 Later', match: { recipient: 'c@*' }, first: 1 }] }
    const { chain, path, write } = await workspace([{}, apart], { clock })
    const args = ['--chain', chain, '--to', 'b@example.test', 'c@example.test', '--report', path('page.html')]
    const { status } = await command('run', await write('m.eml', message()), ...args)
    expect(status).toBe(0)
    const { text } = await pageAt(path('page.html'))
    expect(text).toContain('Header in the mailbox of b@example.test')
    expect(text).toContain('Header in the mailbox of c@example.test')
  })
})

describe('a path that can not be written', () => {
  it.each([
    ['its folder is missing', 'missing/page.html', 'there is no folder'],
    ['it is a folder', 'folder', "is a folder, expected a file's path"],
    ['a part of it is a file', 'chain.json/page.html', 'there is no folder'],
  ])('is told before the chain starts: %s', async (_, name, reason) => {
    const { chain, path, list } = await workspace()
    await mkdir(path('folder'))
    const { status, stdout, stderr } = await command('run', plain, '--chain', chain, '--report', path(name))
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toContain(`mta-chain: --report: ${path(name)} `)
    expect(stderr).toContain(reason)
    expect(await list()).toEqual(['chain.json', 'folder'])
  })

  it('is told where all of it does not fit', async () => {
    const { chain } = await workspace()
    const { status, stderr } = await command('run', plain, '--chain', chain, '--report', '/dev/full')
    expect(status).toBe(3)
    expect(stderr).toContain("mta-chain: --report: /dev/full can't be written: ")
  })
})

describe('the page that was there before', () => {
  it('stays where the run comes to nothing, and nothing lies beside it', async () => {
    const { chain, addresses, path, list, write } = await workspace()
    await write('page.html', 'before')
    const server = createServer()
    await new Promise<void>(resolve => server.listen(port, addresses[0], resolve))
    onTestFinished(() => void server.close())
    const { status } = await command('run', plain, '--chain', chain, '--report', path('page.html'))
    expect(status).toBe(3)
    expect(await readFile(path('page.html'), 'utf8')).toBe('before')
    expect(await list()).toEqual(['chain.json', 'page.html'])
  })

  it('is replaced where a link leads to, and the link stays', async () => {
    const { chain, path, write } = await workspace()
    await mkdir(path('folder'))
    await write('folder/page.html', 'before')
    await symlink(path('folder/page.html'), path('link.html'))
    await command('run', plain, '--chain', chain, '--report', path('link.html'))
    expect((await pageAt(path('folder/page.html'))).text).toContain('PASS')
  })
})
