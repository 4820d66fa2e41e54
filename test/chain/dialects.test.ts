/**
 * Chains of all dialects mixed, and clients that say anything: stamps stay well formed, the checker stays right.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type Chain,
  type ChainInput,
  check,
  type ExpectedPath,
  type MessageVerdict,
  startChain,
} from '../../src/index.js'
import { splitHeader } from '../../src/mail/header.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { readReceived } from '../../src/trace/received.js'
import { connect } from '../support/raw-client.js'

const written: ChainInput = parse(readFileSync('fixtures/chains/dialects.json', 'utf8'))
const errorsOf = ({ findings }: MessageVerdict) => findings.filter(({ severity }) => severity === 'error')

async function start(chain: ChainInput): Promise<Chain> {
  const started = await startChain(chain)
  onTestFinished(() => started.close())
  return started
}

/** The dialects' chain on addresses of its own. */
function mixed(third: number, more: Partial<ChainInput> = {}): Promise<Chain> {
  const mtas = written.mtas.map((mta, at) => ({ ...mta, address: `127.62.${third}.${at + 1}` }))
  return start({ ...written, ...more, mtas, port: 0, spool: 'memory', mailbox: 'memory' })
}

async function verdictsOf(chain: Chain, content: Uint8Array, expected: ExpectedPath): Promise<MessageVerdict[]> {
  return [
    await check(content, expected, { journal: chain.journal, requireJournal: true }),
    await check(content, expected),
  ]
}

test('the chain of dialects.json has every dialect', () => {
  const used = new Set(written.mtas.map(({ stamp }) => stamp ?? 'rfc5321'))
  expect([...stampNames].filter(name => !used.has(name))).toEqual([])
})

describe('a chain of all dialects mixed', () => {
  test.each([
    ['one recipient', ['b@example.test'], 'a@example.test'],
    ['two recipients', ['b@example.test', 'c@example.test'], 'a@example.test'],
    ['the null reverse-path', ['b@example.test'], null],
    ['a quoted local part', ['"a;b)(c by d"@example.test'], '"x y)(z;"@example.test'],
    ['SMTPUTF8', ['ü@example.test'], 'ä@example.test'],
  ])('passes with %s', async (title, to, from) => {
    const chain = await mixed(title.length)
    const sent = await chain.send({ envelope: { from, to }, content: 'Subject: Hi\r\n\r\nHello\r\n' })
    const mails = await sent.delivered()
    expect(mails).toHaveLength(to.length)
    for (const mail of mails) {
      for (const verdict of await verdictsOf(chain, mail.content, chain.expectedPath(mail))) {
        expect(errorsOf(verdict)).toEqual([])
        expect(verdict).toMatchObject({ verdict: 'pass', claimed: [] })
        expect(verdict.path.map(({ mta }) => mta)).toEqual(written.mtas.map(({ name }) => name))
      }
    }
  })

  test.each([
    ['reversed', (mtas: ChainInput['mtas']) => mtas.toReversed()],
    ['rotated by 5', (mtas: ChainInput['mtas']) => [...mtas.slice(5), ...mtas.slice(0, 5)]],
    ['rotated by 11', (mtas: ChainInput['mtas']) => [...mtas.slice(11), ...mtas.slice(0, 11)]],
  ])('passes %s', async (title, order) => {
    const mtas = order(written.mtas).map((mta, at) => ({ ...mta, address: `127.65.${title.length}.${at + 1}` }))
    const chain = await start({ ...written, mtas, port: 0, spool: 'memory', mailbox: 'memory' })
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' })
    const [mail] = await sent.delivered()
    for (const verdict of await verdictsOf(chain, mail?.content ?? Buffer.alloc(0), chain.expectedPath(mail))) {
      expect(errorsOf(verdict)).toEqual([])
      expect(verdict.path.map(({ mta }) => mta)).toEqual(mtas.map(({ name }) => name))
    }
  })

  test("the queue id of a field is the MTA's own", async () => {
    const chain = await mixed(60)
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' })
    const [mail] = await sent.delivered()
    const verdict = await check(mail?.content ?? '', chain.expectedPath(mail), { journal: chain.journal })
    for (const { id } of verdict.path) {
      // Exchange and Exchange Online have a version there, OpenSMTPD half of it, qmail and IIS nothing
      if (id === null || id.startsWith('15.') || /^[0-9a-f]{8}$/.test(id)) continue
      const history = await chain.journal.history(id)
      expect(history?.received.some(event => event.id === id && event.reply.endsWith(`queued as ${id}`))).toBe(true)
    }
    expect(verdict.evidence).toBe('message+journal')
  })

  test('both of the fields that qmail writes count as hops', async () => {
    const mtas = [
      { name: 'a', address: '127.62.61.1', stamp: 'qmail' },
      { name: 'b', address: '127.62.61.2', limits: { hops: 1 } },
    ]
    const chain = await start({ mtas })
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' })
    await expect(sent.delivered()).rejects.toThrow('5.4.6')
  })

  test('a message that no field of has a queue id is proved by its stamps', async () => {
    const mtas = ['qmail', 'exchange', 'iis'].map((stamp, at) => ({
      name: stamp,
      address: `127.62.62.${at + 1}`,
      stamp,
    }))
    const chain = await start({ mtas })
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' })
    const [mail] = await sent.delivered()
    const expected = chain.expectedPath(mail)
    const verdict = await check(mail?.content ?? '', expected, { journal: chain.journal, requireJournal: true })
    expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal' })
    const changed = Buffer.from(
      Buffer.from(mail?.content ?? '')
        .toString()
        .replace('Hello', 'Hallo'),
    )
    expect(errorsOf(await check(changed, expected, { journal: chain.journal }))).toMatchObject([
      { code: 'content-changed' },
    ])
  })
})

test.each([...stampNames])('what is queued with an id of %s is there at the next start', async stamp => {
  const third = 100 + stampNames.findIndex(name => name === stamp)
  const mtas = [1, 2].map(last => ({ name: `mta${last}`, address: `127.62.${third}.${last}`, stamp }))
  const down = { at: 'connect', drop: true } as const
  const before = await kept({ mtas: mtas.map((mta, at) => (at === 1 ? { ...mta, faults: [down] } : mta)) })
  await before.send({
    envelope: { from: 'a@example.test', to: 'b@example.test' },
    content: 'Subject: Hi\r\n\r\nHello\r\n',
  })
  await before.idle()
  const queued = before.mtas[0]?.queued.map(({ id }) => id)
  expect(queued).toHaveLength(1)
  await before.close()
  const after = await kept({ mtas }, before.folder)
  expect(after.leftovers).toMatchObject({ queued: 1, setAside: [] })
  await after.idle()
  const content = deliveredTo(before.folder, 'b@example.test')
  const expected = { ...after.expectedPath(), recipient: 'b@example.test', reversePath: 'a@example.test' }
  const verdict = await check(content, expected, { journal: after.journal, requireJournal: true })
  expect(errorsOf(verdict)).toEqual([])
  expect((await after.journal.history(queued?.[0] ?? ''))?.received).toHaveLength(2)
})

test.each(['postfix', 'exim', 'haraka', 'gmail', 'sendgrid', 'qmail'])(
  'a report of an MTA with %s is proved',
  async stamp => {
    const third = 130 + stampNames.findIndex(name => name === stamp)
    const mtas = [1, 2].map(last => ({ name: `mta${last}`, address: `127.62.${third}.${last}`, stamp }))
    const chain = await kept({
      mtas: mtas.map((mta, at) => (at === 1 ? { ...mta, recipients: ['c@example.test'] } : mta)),
    })
    await chain.send({
      envelope: { from: 'a@example.test', to: 'b@example.test' },
      content: 'Subject: Hi\r\n\r\nHello\r\n',
    })
    await chain.idle()
    const expected = { ...chain.expectedPath(), recipient: 'a@example.test', reversePath: null }
    const verdict = await check(deliveredTo(chain.folder, 'a@example.test'), expected, { journal: chain.journal })
    expect(verdict).toMatchObject({ verdict: 'pass', findings: [{ code: 'bounced', severity: 'info' }] })
  },
)

const hostile = [
  'by',
  'unknown',
  'x(by',
  'x)by',
  'a;b',
  '"a',
  'a"b"',
  'a\\',
  '<a>',
  '[127.0.0.1',
  '127.0.0.1]',
  '[192.0.2.1]',
  '[IPv6:2001:db8::1]',
  'x.test(evil.test[192.0.2.1])',
  'x.test)by:evil.test;Tue,24Nov2026',
  "o'hara,a=b@c!d",
  'helo=x',
  '(qmail',
  'ü.test',
  '{hostname}',
  '='.repeat(255),
  '\u{1F4EE}(;"',
]

const template = written.mtas.at(-1)?.stamp ?? ''

describe.each([...stampNames, template])('with the stamp %s', stamp => {
  test('a HELO name that imitates what it likes is a HELO name', async () => {
    const third = 70 + [...stampNames, template].indexOf(stamp)
    const chain = await kept({
      stamp,
      mtas: [1, 2].map(last => ({ name: `mta${last}`, address: `127.62.${third}.${last}` })),
    })
    await sayEach(hostile, `127.62.${third}.1`, chain.mtas[0]?.port ?? 0)
    await chain.idle()
    for (const [number, helo] of hostile.entries()) {
      const recipient = `b${number}@example.test`
      const content = deliveredTo(chain.folder, recipient)
      const expected = { ...chain.expectedPath(), recipient, reversePath: 'a@example.test' }
      for (const verdict of await verdictsOf(chain, content, expected)) {
        expect(errorsOf(verdict), helo).toEqual([])
        expect(verdict.path).toHaveLength(2)
      }
      const fields = splitHeader(content).fields.filter(({ name, raw }) => name === 'Received' && !isCompanion(raw))
      expect(fields).toHaveLength(2)
      const oldest = readReceived(fields[1]?.raw ?? '')
      expect(oldest.by.name, helo).toBe('mta1.chain.test')
      // SendGrid tells no address
      expect(stamp === 'sendgrid' ? '127.62.0.1' : oldest.from.address, helo).toBe('127.62.0.1')
      expect(oldest.date?.instant.getTime()).toBeGreaterThan(Date.now() - 60_000)
    }
  })
})

/** One message from each name, to b0, b1 and so on. */
async function sayEach(names: readonly string[], host: string, port: number): Promise<void> {
  const client = await connect({ host, port, localAddress: '127.62.0.1' })
  await client.reply()
  for (const [number, helo] of names.entries()) {
    const lines = [`EHLO ${helo}`, 'MAIL FROM:<a@example.test>', `RCPT TO:<b${number}@example.test>`, 'DATA']
    for (const line of lines) await client.command(line)
    expect(await client.command('Subject: Hi\r\n\r\nHello\r\n.'), helo).toMatchObject({ code: 250 })
  }
  await client.command('QUIT')
}

/** A chain whose mailboxes are on disk. */
async function kept(chain: ChainInput, folder = newFolder()): Promise<Chain & { readonly folder: string }> {
  const started = await startChain({ ...chain, spool: 'disk', mailbox: 'maildir' }, { folder })
  onTestFinished(() => started.close())
  return Object.assign(started, { folder })
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mta-chain-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function deliveredTo(folder: string, recipient: string): Buffer {
  const place = join(folder, 'mailbox', recipient, 'new')
  const [file = ''] = readdirSync(place)
  return readFileSync(join(place, file))
}

function isCompanion(raw: Uint8Array): boolean {
  return Buffer.from(raw).toString().startsWith('Received: (qmail ')
}
