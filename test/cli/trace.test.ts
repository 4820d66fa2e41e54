/**
 * `trace` on any mail.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readXml } from '../support/xml.js'
import { command, commandWith } from './support/command.js'
import { workspace } from './support/workspace.js'

const fixtures = join(import.meta.dirname, '../../fixtures')
const fixture = join(fixtures, 'messages/five-received.eml')
const skewed = join(fixtures, 'trace/skewed-and-forged.eml')
const mbox = join(fixtures, 'trace/two.mbox')

it('shows the hops, their delays and what is odd', async () => {
  const { status, stdout, stderr } = await commandWith({ columns: 100 }, ['trace', skewed, '--trusted', '192.0.2.0/24'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.split('\n')).toEqual([
    `${skewed}  5 hops in 5 min 34 s, times in UTC`,
    '  1  (no client named) → web1.shop.example',
    '     2026-11-24 10:00:38                           protocol ?  TLS ?',
    '  2  web1.shop.example [10.20.0.5 private] → relay.shop.example',
    '     2026-11-24 10:12:39         +3 s  ▏           ESMTPSA     TLS     clock 11 min 58 s or more fast',
    '  3  relay.shop.example [198.51.100.7 documentation] → mx.ours.example',
    '     2026-11-24 10:00:41         +0 s              ESMTPS      TLS',
    '  ── trust ends here, above are claims · first address beyond: 203.0.113.9 documentation (mx.our… ──',
    '  4  mx.ours.example [203.0.113.9 documentation] → mx.ours.example',
    '     2026-11-24 10:06:10  +5 min 29 s  ██████████  ESMTP       no TLS',
    '  5  mx.ours.example [192.0.2.25 documentation] → store.ours.example',
    '     2026-11-24 10:06:12         +2 s  ▏           ESMTPS      TLS',
    '  ! odd-id (hop 3)  the id 192.0.2.77 is an address',
    '  ! claims-our-name (hop 3)  the field says that mx.ours.example wrote it, which is one of ours, but',
    '    it stands below the boundary, and 203.0.113.9 handed the message to us',
    '  ! forged-helo (hop 4)  the client 203.0.113.9 called itself mx.ours.example, the name of the',
    '    receiving machine',
  ])
})

it('is with --json one document for all files', async () => {
  const { write } = await workspace()
  const odd = await write('odd.eml', 'Return-Path: <>\r\nReceived: nonsense\r\nSubject: x\r\n\r\n')
  const { status, stdout } = await command('trace', fixture, odd, '--json')
  expect(status).toBe(0)
  const { messages } = JSON.parse(stdout)
  expect(messages).toMatchObject([
    { file: fixture, hops: Array(5).fill({ by: {}, from: {}, date: { offset: expect.any(Number) } }), boundary: null },
    { file: odd, returnPath: null, hops: [{ field: 0, raw: 'Received: nonsense\r\n', date: null, delayMs: null }] },
  ])
  expect(messages[0]).not.toHaveProperty('returnPath')
  expect(messages[1].oddities[0]).toMatchObject({ code: 'unreadable', severity: 'warning', field: 0 })
  expect((await command('trace', fixture, odd, '--format', 'json')).stdout).toBe(stdout)
})

it('needs no chain, and has nothing to say of a message without hops', async () => {
  const { write } = await workspace()
  const { status, stdout } = await command('trace', await write('m.eml', 'Subject: x\r\n\r\n'))
  expect(status).toBe(0)
  expect(stdout).toMatch(/m\.eml {2}no Received fields$/)
})

it('sends no escape sequence to the terminal', async () => {
  const { write } = await workspace()
  const evil = '\u001B]0;owned\u0007\u009B31m'
  const field = `Received: from "${evil}" (x [192.0.2.1]) by ${evil}y.test with ${evil}ESMTP id 1; Tue, 24 Nov 2026 10:00:00 +0000`
  const file = await write('m.eml', `${field}\r\nReceived: ${evil}\r\n\r\n`)
  for (const format of ['text', 'json', 'csv', 'mermaid', 'svg', 'html']) {
    const { stdout } = await command('trace', file, '--format', format)
    expect(stdout).toContain(format === 'mermaid' ? 'x1b#93;0' : 'owned')
    expect(stdout.replaceAll('\r\n', '\n').replace(/\r$/, '')).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
  }
})

it('says that a date is in the future, and that a header is too long', async () => {
  const { write } = await workspace()
  const future = await write('future.eml', 'Received: by a.example; Fri, 31 Dec 9999 00:00:00 +0000\r\n\r\n')
  const long = await write('long.eml', `Subject: x\r\n${' y\r\n'.repeat(600_000)}\r\n`)
  const { stdout } = await command('trace', future, long)
  expect(stdout).toMatch(/^ {2}! future-date \(hop 1\) {2}its date is \d+ d( \d+ h)? in the future$/m)
  expect(stdout).toMatch(/^ {2}! unreadable {2}the header is too long: fields at its end are not read$/m)
})

describe('messages', () => {
  const files = async (...args: readonly string[]): Promise<string[]> => {
    const { messages } = JSON.parse((await command('trace', ...args, '--json')).stdout)
    return messages.map(({ file, hops }: { file: string; hops: object[] }) => `${file} ${hops.length}`)
  }

  it('of an mbox have numbers, where it has more than one', async () => {
    const { write } = await workspace()
    const one = await write('one.mbox', 'From a Tue Nov 24 10:00:00 2026\nReceived: by x\n\n')
    expect(await files(mbox, one)).toEqual([`${mbox}#1 1`, `${mbox}#2 1`, `${one} 1`])
  })

  it('are those of a Maildir, or of a folder', async () => {
    const { path, write } = await workspace()
    for (const folder of ['maildir', 'maildir/new', 'maildir/cur', 'folder']) await mkdir(path(folder))
    for (const name of ['maildir/new/1', 'maildir/cur/2', 'maildir/cur/.3', 'folder/a.eml', 'folder/b.txt']) {
      await write(name, 'Received: by x\r\n\r\n')
    }
    expect(await files(path('maildir'), path('folder'))).toEqual([
      `${path('maildir/new/1')} 1`,
      `${path('maildir/cur/2')} 1`,
      `${path('folder/a.eml')} 1`,
    ])
  })

  it('are none of them shown where a file is missing', async () => {
    const { path } = await workspace()
    const { status, stdout, stderr } = await command('trace', fixture, path('nowhere.eml'), '--json')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/nowhere\.eml can't be read: no such file or folder/)
  })

  it('are read no further once nobody reads what is shown', async () => {
    const shown: string[] = []
    const unread = new AbortController()
    const paced = async (text: string): Promise<void> => {
      shown.push(text)
      unread.abort()
    }
    const { status, stderr } = await commandWith({ paced, unread: unread.signal }, ['trace', mbox, fixture])
    expect([status, stderr, shown.length]).toEqual([0, '', 1])
  })
})

describe('--trusted', () => {
  it.each(['192.0.2.0/33', 'mx.example', '2001:db8::/200', ''])('is a network, not %j', async network => {
    const { status, stdout, stderr } = await command('trace', fixture, '--trusted', network)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('Expected ADDR/LEN, as 192.0.2.0/24 or 2001:db8::/32, or an address alone.')
  })

  it('may be given more than once', async () => {
    const args = ['--trusted', '192.0.2.0/24', '--trusted', '203.0.113.54', '--json']
    const { messages } = JSON.parse((await command('trace', fixture, ...args)).stdout)
    expect(messages[0].boundary).toEqual({ field: 3, address: '2001:db8:10a6:10:2f1::12', reason: 'address' })
  })
})

describe('--format', () => {
  it('html is one page for all messages', async () => {
    const { stdout } = await command('trace', mbox, fixture, '--format', 'html')
    expect(readXml(stdout).elements.filter(({ name }) => name === 'section')).toHaveLength(3)
  })

  it('csv is one table for all messages', async () => {
    const { stdout } = await command('trace', mbox, fixture, '--format', 'csv')
    expect(stdout.split('\r\n').map(row => row.split(',').length)).toEqual(Array(8).fill(21))
  })

  it('svg is a picture of one message', async () => {
    const { stdout } = await command('trace', fixture, '--format', 'svg')
    expect(readXml(stdout).elements[0]?.name).toBe('svg')
  })

  it.each(['svg', 'mermaid'])('%s refuses more messages than one', async format => {
    const { status, stdout, stderr } = await command('trace', mbox, '--format', format)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toBe(
      `mta-chain: --format ${format} shows one message, and here are more: --format html shows them all`,
    )
  })

  it('is not another one beside --json, nor one that is unknown', async () => {
    const both = await command('trace', fixture, '--json', '--format', 'csv')
    expect([both.status, both.stderr]).toEqual([2, 'mta-chain: --json and --format csv exclude each other'])
    const unknown = await command('trace', fixture, '--format', 'pdf')
    expect(unknown.status).toBe(2)
    expect(unknown.stderr).toContain('Allowed choices are text, json, csv, mermaid, svg, html')
  })
})

describe('progress', () => {
  it('is drawn while much is read, and taken away', async () => {
    const { write } = await workspace()
    const large = await write('large.mbox', `From a Tue Nov 24 10:00:00 2026\na: 1\n\n${'x\n'.repeat(5_000_000)}`)
    const drawn: string[] = []
    await commandWith({ progress: text => void drawn.push(text) }, ['trace', large])
    expect(drawn).toHaveLength(3)
    expect(drawn[0]).toMatch(/^█+░+ {2}4\d %  4\.\d MB of 10 MB$/)
    expect(drawn[2]).toBe('')
  })

  it('is not drawn for a message', async () => {
    const drawn: string[] = []
    await commandWith({ progress: text => void drawn.push(text) }, ['trace', fixture])
    expect(drawn).toEqual([])
  })
})
