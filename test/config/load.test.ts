import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadChain, readChainText } from '../../src/config/load.js'
import { accepted, refused } from './results.js'

const two = '"mtas": [{ "name": "a", "address": "127.0.0.11" }, { "name": "b", "address": "127.0.0.12" }]'

test('what chain.json does not say has a default', () => {
  const config = accepted(readChainText(`{ ${two} }`))
  const limits = {
    messageSize: 50_000_000,
    recipients: 1000,
    hops: 100,
    connections: 500,
    commandLength: 4096,
    errors: 20,
    sessionTime: 600_000,
    idleTime: 60_000,
    relayConnections: 20,
    relayIdleTime: 10_000,
    connectTime: 30_000,
    replyTime: 300_000,
    bounceSize: 50_000,
    drainTime: 10_000,
  }
  const retry = {
    after: [60_000, 300_000, 900_000, 3_600_000, 10_800_000],
    expire: 432_000_000,
    probe: 900_000,
    warn: 14_400_000,
  }
  const common = {
    port: 2525,
    recipients: null,
    limits,
    retry,
    skew: 0,
    zone: '+0000',
    stamp: 'rfc5321',
    faults: [],
    bounces: 'mailbox',
  }
  expect(config).toEqual({
    domain: 'chain.test',
    mtas: [
      { name: 'a', address: '127.0.0.11', hostname: 'a.chain.test', ...common },
      { name: 'b', address: '127.0.0.12', hostname: 'b.chain.test', ...common },
    ],
    spool: 'disk',
    mailbox: 'maildir',
    journal: { size: 64_000_000, keep: 4 },
    clock: null,
    seed: 1,
  })
})

test('the clock is read to what mail time needs', () => {
  const clock = (text: string) => accepted(readChainText(`{ "clock": ${text}, ${two} }`)).clock
  expect(clock('{}')).toEqual({ start: null, speed: 1 })
  expect(clock('{ "speed": "jump" }')).toEqual({ start: null, speed: 'jump' })
  const start = new Date('2025-12-31T18:30:00Z')
  expect(clock('{ "start": "2026-01-01T00:00:00+05:30", "speed": 3600 }')).toEqual({ start, speed: 3600 })
})

test.each([
  ['"90s"', 90_000],
  ['"-90s"', -90_000],
  ['"-1d"', -86_400_000],
])('a skew of %s', (text, skew) => {
  const chain = `{ "mtas": [{ "name": "a", "address": "127.0.0.11", "skew": ${text}, "zone": "-0330" }] }`
  expect(accepted(readChainText(chain)).mtas[0]).toMatchObject({ skew, zone: '-0330' })
})

test.each(['-1200', '-1159', '+0000', '-0000', '+0545', '+1345', '+1400'])('the zone %s is one', zone => {
  const chain = `{ "mtas": [{ "name": "a", "address": "127.0.0.11", "zone": "${zone}" }] }`
  expect(accepted(readChainText(chain)).mtas[0]?.zone).toBe(zone)
})

test('the journal has its limits, each with a default', () => {
  const journal = (text: string) => accepted(readChainText(`{ "journal": ${text}, ${two} }`)).journal
  expect(journal('{ "size": "1MiB" }')).toEqual({ size: 1_048_576, keep: 4 })
  expect(journal('{ "keep": 1 }')).toEqual({ size: 64_000_000, keep: 1 })
  const mistakes = refused(readChainText(`{ "journal": { "sise": 1, "size": "1", "keep": 0 }, ${two} }`))
  expect(mistakes.split('\n')).toEqual([
    'chain.json:1:16  journal.sise: found an unknown key, expected a key that is known here; did you mean "size"?',
    'chain.json:1:35  journal.size: found "1", expected a size such as "50MB" or "64KiB", or a number of octets',
    'chain.json:1:48  journal.keep: found 0, expected a whole number from 1',
    '3 mistakes in chain.json',
  ])
})

test("an MTA's own keys go before the chain's, one by one", () => {
  const config = accepted(
    readChainText(`{
      "port": 25, "domain": "example.test", "spool": "memory", "mailbox": "memory",
      "limits": { "hops": 7, "idleTime": "5s" },
      "retry": { "expire": "1d" },
      "mtas": [
        { "name": "a", "address": "127.0.0.11" },
        { "name": "b", "address": "127.0.0.12", "port": 2526, "hostname": "mx.example.test",
          "recipients": ["*@example.test"], "limits": { "hops": 9, "drainTime": "0s" }, "retry": { "after": ["2s"] } }
      ]
    }`),
  )
  expect(config).toMatchObject({ domain: 'example.test', spool: 'memory', mailbox: 'memory' })
  const [a, b] = config.mtas
  expect(a).toMatchObject({ port: 25, hostname: 'a.example.test', recipients: null })
  expect(a?.limits).toMatchObject({ hops: 7, idleTime: 5000, drainTime: 10_000, errors: 20 })
  expect(a?.retry).toMatchObject({ after: [60_000, 300_000, 900_000, 3_600_000, 10_800_000], expire: 86_400_000 })
  expect(b).toMatchObject({ port: 2526, hostname: 'mx.example.test', recipients: ['*@example.test'] })
  expect(b?.limits).toMatchObject({ hops: 9, idleTime: 5000, drainTime: 0, errors: 20 })
  expect(b?.retry).toEqual({ after: [2000], expire: 86_400_000, probe: 900_000, warn: 14_400_000 })
})

describe('addresses', () => {
  const addressesOf = (...entries: string[]) => {
    const mtas = entries.map((entry, index) => `{ "name": "mta${index}", ${entry} }`)
    return accepted(readChainText(`{ "mtas": [${mtas.join()}] }`)).mtas.map(({ address }) => address)
  }

  test('all of 127.0.0.0/8 is loopback', () => {
    expect(addressesOf('"address": "127.0.0.1"', '"address": "127.255.255.254"')).toEqual([
      '127.0.0.1',
      '127.255.255.254',
    ])
  })

  test('a mapped address is kept as the IPv4 address whose socket it is', () => {
    expect(addressesOf('"address": "::ffff:127.0.0.2"', '"address": "::FFFF:7f00:3"')).toEqual([
      '127.0.0.2',
      '127.0.0.3',
    ])
  })

  test('MTAs on ::1 differ by port', () => {
    expect(addressesOf('"address": "::1"', '"address": "0:0::1", "port": 2526')).toEqual(['::1', '::1'])
  })

  test('any number of MTAs share an address with port 0, a free one', () => {
    expect(addressesOf('"address": "127.0.0.1", "port": 0', '"address": "127.0.0.1", "port": 0')).toHaveLength(2)
  })

  test('what other machines reach has to be exposed', () => {
    expect(addressesOf('"address": "192.0.2.1", "exposed": true')).toEqual(['192.0.2.1'])
    expect(() => addressesOf('"address": "192.0.2.1"')).toThrow('"exposed": true')
  })
})

describe('the text', () => {
  test('may have comments, commas before a closing bracket, CRLF and a byte order mark', () => {
    const text = `\uFEFF// a chain\r\n{ /* two MTAs */ ${two},\r\n "limits": { "hops": 5, }, }\r\n`
    expect(accepted(readChainText(text)).mtas[0]?.limits.hops).toBe(5)
  })

  test('has lines and columns counted from 1, whatever the line ends', () => {
    const text = '\uFEFF{\r\n "port": -1,\r\n "mtas": 5 }'
    const position = refused(readChainText(text)).match(/chain\.json:\d+:\d+ {2}\w+/g)
    expect(position).toEqual(['chain.json:2:10  port', 'chain.json:3:10  mtas'])
  })

  test('is refused without a stack overflow where brackets are nested in thousands', () => {
    expect(refused(readChainText('['.repeat(100_000)))).toContain('thousands of nested brackets')
  })

  test('may be none of ours', () => {
    expect(refused(readChainText('PK\u0000\u0001'))).toContain(
      String.raw`chain.json:1:1  found PK\u0000\u0001, expected JSON`,
    )
  })
})

describe('the file', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mta-chain-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('is told with the folder in which it lies', async () => {
    writeFileSync(join(folder, 'my.json'), `{ ${two} }`)
    expect(await loadChain(join(folder, 'my.json'))).toMatchObject({ ok: true, directory: folder })
    expect(await loadChain('chain.json')).toMatchObject({ ok: true, directory: resolve('.') })
  })

  test('that does not exist can be written by init', async () => {
    expect(refused(await loadChain(join(folder, 'chain.json')))).toBe(
      'chain.json: found no such file, expected a file with a chain; ' +
        'write one with: mta-chain init, or name another with --chain FILE\n1 mistake in chain.json',
    )
  })

  test('is no folder', async () => {
    expect(refused(await loadChain(folder))).toContain('found a folder, expected a file with a chain')
  })

  test('that can not be read is refused with the error of the system', async () => {
    writeFileSync(join(folder, 'file'), '')
    expect(refused(await loadChain(join(folder, 'file', 'chain.json')))).toContain(
      "found a file that can't be read (ENOTDIR)",
    )
  })
})
