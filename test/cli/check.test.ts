/**
 * `check` on messages that a chain delivered before.
 */
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { command } from './support/command.js'
import { readVerdict } from './support/verdict.js'
import { message, type Workspace, workspace } from './support/workspace.js'

const names = ['first', 'second', 'last']

interface Delivered extends Workspace {
  /** The mailbox of b@example.test, with two messages. */
  readonly mailbox: string
  /** One of the two. */
  readonly file: string
}

/** A folder in which a chain delivered two messages; its state lies where `up` keeps it. */
async function delivered(): Promise<Delivered> {
  const space = await workspace([{}, {}, {}])
  const { write, path, list, chain } = space
  await command('run', await write('m.eml', message()), '--chain', chain, '--count', '2', '--keep')
  const [run = ''] = await list('.mta-chain')
  await rename(path('.mta-chain', run), path('state'))
  await rm(path('.mta-chain'), { recursive: true })
  await rename(path('state'), path('.mta-chain'))
  const mailbox = path('.mta-chain/mailbox/b@example.test')
  const [file = ''] = await list('.mta-chain/mailbox/b@example.test/new')
  return { ...space, mailbox, file: `${mailbox}/new/${file}` }
}

let space: Delivered
beforeEach(async () => {
  space = await delivered()
})

describe('passes', () => {
  it('a Maildir, with the journal that it finds beside the chain', async () => {
    const { status, stdout, stderr } = await command('check', space.mailbox, '--chain', space.chain)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.match(/^✔ /gm)).toHaveLength(2)
    expect(stdout).toMatch(/^PASS {2}2 deliveries · 6 hops · evidence: message \+ journal$/m)
  })

  it('with --json the verdict document', async () => {
    const { status, stdout } = await command('check', space.file, '--chain', space.chain, '--json')
    expect(status).toBe(0)
    const { verdict, evidence, messages } = readVerdict(stdout)
    expect({ verdict, evidence }).toEqual({ verdict: 'pass', evidence: 'message+journal' })
    expect(messages).toMatchObject([{ file: space.file, delivered: true, path: names.map(mta => ({ mta })) }])
  })

  it('an .eml file, a folder of them and an mbox', async () => {
    const { write, path, chain } = space
    const content = await readFile(space.file, 'latin1')
    await mkdir(path('folder'))
    const eml = await write('folder/one.eml', content)
    const from = 'From a@example.test Tue Nov 24 10:00:00 2026\r\n'
    const mbox = await write('two.mbox', `${from}${content}\r\n${from}${content}\r\n`)
    const { status, stdout } = await command('check', eml, path('folder'), mbox, '--chain', chain, '--json')
    expect(readVerdict(stdout).messages.map(({ file }) => file)).toEqual([eml, eml, `${mbox}#1`, `${mbox}#2`])
    expect(status).toBe(0)
  })

  it('against --path: names of the chain, hostnames, addresses', async () => {
    const { chain, addresses, file } = space
    for (const way of [
      'first,second,last',
      'first > second.chain.test > last',
      addresses.join(', '),
      `[${addresses.join('],[')}]`,
    ]) {
      expect(await command('check', file, '--path', way, '--chain', chain)).toMatchObject({ status: 0 })
    }
  })

  it('a message alone, where there is no journal, and says so', async () => {
    const { write, path, chain, file } = space
    const eml = await write('one.eml', await readFile(file))
    await rm(path('.mta-chain'), { recursive: true })
    const { status, stdout } = await command('check', eml, '--chain', chain)
    expect(status).toBe(0)
    expect(stdout).toMatch(/evidence: message$/m)
  })
})

describe('fails', () => {
  it('a message that went another way, and shows it', async () => {
    const { chain, file } = space
    const { status, stdout } = await command('check', file, '--path', 'first,last', '--chain', chain)
    expect(status).toBe(1)
    expect(stdout).toMatch(/^✘ /m)
    expect(stdout).toMatch(/not trusted$/m)
    expect(stdout).toMatch(/^ {2}✘ unexpected-hop \(field 1\) {2}/m)
    expect(stdout).toMatch(/^FAIL {2}1 delivery · 1 failed · /m)
  })

  it('one of two, and tells how many', async () => {
    const { chain, file, write } = space
    const forged = await write('forged.eml', (await readFile(file, 'latin1')).replace('Hi there', 'Hi where'))
    const { status, stdout } = await command('check', file, forged, '--chain', chain, '--json')
    expect(status).toBe(1)
    expect(readVerdict(stdout).messages.map(({ verdict }) => verdict)).toEqual(['pass', 'fail'])
  })

  it('what the journal does not know, where --journal asks for it', async () => {
    const { chain, write, path } = space
    const stranger = await write('stranger.eml', message())
    const { status, stdout } = await command('check', stranger, '--chain', chain, '--journal', path('.mta-chain'))
    expect(status).toBe(1)
    expect(stdout).toContain('✘ queue-id')
  })
})

describe('ends with 2', () => {
  it('where --journal is not there, or is none', async () => {
    const { chain, file, path } = space
    expect(await command('check', file, '--chain', chain, '--journal', path('nope'))).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `mta-chain: --journal: ${path('nope')} can't be read: no such file or folder`,
    })
    expect(await command('check', file, '--chain', chain, '--journal', path('.mta-chain/mailbox'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`--journal: no journal.jsonl in ${path('.mta-chain/mailbox')}`),
    })
  })

  it('where --path names nothing', async () => {
    const { status, stderr } = await command('check', space.file, '--path', ' , ', '--chain', space.chain)
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'mta-chain: --path: expected names, as a,b,c' })
  })

  it('where a chain was named that is not there, also with --path', async () => {
    const { status, stderr } = await command('check', space.file, '--path', 'a,b', '--chain', space.path('nope'))
    expect(status).toBe(2)
    expect(stderr).toContain('found no such file')
  })
})

it('takes the file in a state folder for the journal too', async () => {
  const { chain, file, path } = space
  const args = ['--chain', chain, '--journal', path('.mta-chain/journal.jsonl')]
  expect((await command('check', file, ...args)).stdout).toContain('evidence: message + journal')
})
