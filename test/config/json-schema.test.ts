import { readFileSync } from 'node:fs'
import { type ParseError, parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { chainTemplate } from '../../src/config/init.js'
import { chainJsonSchema } from '../../src/config/json-schema.js'
import { readChainText } from '../../src/config/load.js'
import { accepted } from './results.js'

const shipped: z.core.JSONSchema.JSONSchema = JSON.parse(readFileSync('chain.schema.json', 'utf8'))

test('chain.schema.json is what the schema says (else: npm run schema)', () => {
  expect(shipped).toEqual(chainJsonSchema())
})

test('an editor is told what every key is for', () => {
  expect(keysWithoutDescription(shipped, '')).toEqual([])
})

function keysWithoutDescription(schema: z.core.JSONSchema.JSONSchema, path: string): string[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    if (typeof value === 'boolean') return []
    return [...(value.description ? [] : [`${path}.${key}`]), ...keysWithoutDescription(value, `${path}.${key}`)]
  })
  const { items } = schema
  const item = typeof items === 'object' && !Array.isArray(items) ? keysWithoutDescription(items, `${path}[]`) : []
  return [...inner, ...item]
}

const example = `{
  "$schema": "./chain.schema.json",
  "port": 2525,
  "seed": 7,
  "domain": "chain.test",
  "mtas": [
    { "name": "submission", "address": "127.0.0.11" },
    { "name": "outbound",   "address": "127.0.0.12", "hostname": "out.chain.test" },
    { "name": "gateway",    "address": "127.0.0.13", "faults": [
      { "at": "rcpt", "greylist": "5m", "match": { "client": "127.0.0.*", "recipient": "*@example.test" } },
      { "at": "message", "reset": true, "keep": true, "match": { "header": { "Subject": "*spam*" }, "size": ">1MB" } },
      { "at": "helo", "hide": ["SIZE", "8BITMIME"], "first": 2, "from": "2026-01-01T00:00:00Z" },
      { "at": "data", "delay": ["100ms", "2s"], "probability": 0.2, "attempts": [1, 3], "rate": "10/min" }
    ] },
    { "name": "filter",     "address": "127.0.0.14", "port": 2526 },
    { "name": "mailbox",    "address": "127.0.0.15", "recipients": ["*@example.test"], "exposed": false }
  ],
  "limits": { "messageSize": "50MB", "recipients": 1000, "hops": 100, "sessionTime": "10m", "idleTime": "60s" },
  "retry":  { "after": ["1m", "5m", "15m", "1h", "3h"], "expire": "5d" }
}`

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(shipped)
  const valid = (text: string) => {
    const errors: ParseError[] = []
    const value: unknown = parse(text, errors, { allowTrailingComma: true })
    return errors.length === 0 && schema.safeParse(value).success
  }

  test.each([
    ["the repository's chain.json", readFileSync('chain.json', 'utf8')],
    ['an example', example],
    ['what init writes', chainTemplate(3)],
  ])('takes %s, as the loader does', (_, text) => {
    accepted(readChainText(text))
    expect(valid(text)).toBe(true)
  })

  test.each([
    'unknown-key',
    'wrong-types',
    'no-mta',
    'bad-names',
    'bad-port',
    'bad-recipients',
    'faults-values',
    'faults-keys',
    'bad-skew',
    'bad-size',
    'bad-duration',
    'bad-clock',
  ])('refuses the bad chain %s', name => {
    expect(valid(readFileSync(`fixtures/bad-chains/${name}/chain.json`, 'utf8'))).toBe(false)
  })
})

describe('of one value the JSON Schema says what the loader says', () => {
  const schema = z.fromJSONSchema(shipped)
  const says = (chain: object): { readonly editor: boolean; readonly loader: boolean } => ({
    editor: schema.safeParse(chain).success,
    loader: readChainText(JSON.stringify(chain)).ok,
  })
  const right = { editor: true, loader: true }
  const wrong = { editor: false, loader: false }

  test.each([
    ['at', { at: 'mail', drop: true }, { at: 'ehlo', drop: true }],
    ['reply', { at: 'rcpt', reply: '450 4.7.1 No' }, { at: 'rcpt', reply: '450 5.7.1 No' }],
    ['reply', { at: 'rcpt', reply: '555' }, { at: 'rcpt', reply: '560 No' }],
    ['reply', { at: 'rcpt', reply: `450 ${'x'.repeat(506)}` }, { at: 'rcpt', reply: `450 ${'x'.repeat(507)}` }],
    ['delay', { at: 'mail', delay: '1ms..2s' }, { at: 'mail', delay: '1ms..' }],
    ['delay', { at: 'mail', delay: ['0s', '2s'] }, { at: 'mail', delay: ['0', '2s'] }],
    ['throttle', { at: 'mail', throttle: '10B/s' }, { at: 'mail', throttle: '0kB/s' }],
    ['throttle', { at: 'mail', throttle: '1.5KiB/s' }, { at: 'mail', throttle: '10/s' }],
    ['rate', { at: 'mail', drop: true, rate: '100000/d' }, { at: 'mail', drop: true, rate: '100001/d' }],
    ['rate', { at: 'mail', drop: true, rate: '1/min' }, { at: 'mail', drop: true, rate: '0/min' }],
    ['size', size('>10B'), size('10B')],
    ['size', size('<=10'), size('=10')],
    ['size', size('10..2kB'), size('10..2kB..3MB')],
    ['header', header({ 'X-N': '5' }), header({})],
    ['header', header({ Subject: '*' }), header({ 'A:b': '*' })],
    ['greylist', { at: 'rcpt', greylist: '1ms' }, { at: 'rcpt', greylist: '0s' }],
    ['one action', { at: 'rcpt', drop: true }, { at: 'rcpt', drop: true, stall: true }],
    ['one action', { at: 'rcpt', greylist: '5m', drop: true }, { at: 'rcpt', first: 2 }],
    ['one action', { at: 'rcpt', greylist: '5m' }, { at: 'rcpt', greylist: '5m', drop: true, stall: true }],
  ])('a rule: %s, %#', (_, good, bad) => {
    const chainOf = (rule: object): object => ({ mtas: [{ name: 'a', address: '127.0.0.11', faults: [rule] }] })
    expect([says(chainOf(good)), says(chainOf(bad))]).toEqual([right, wrong])
  })

  test.each([
    ['skew', { skew: '-90s' }, { skew: '90' }],
    ['skew', { skew: '0s' }, { skew: '--90s' }],
    ['a wire time', { limits: { idleTime: '1ms' } }, { limits: { idleTime: '0s' } }],
    ['a wire time or none', { limits: { relayIdleTime: '0s' } }, { limits: { relayIdleTime: '0' } }],
    ['a mail time', { retry: { expire: '0.5h' } }, { retry: { expire: '0.0h' } }],
    ['a size', { limits: { messageSize: '500B' } }, { limits: { messageSize: '0MB' } }],
  ])('an MTA: %s', (_, good, bad) => {
    const chainOf = (mta: object): object => ({ mtas: [{ name: 'a', address: '127.0.0.11', ...mta }] })
    expect([says(chainOf(good)), says(chainOf(bad))]).toEqual([right, wrong])
  })

  test.each([
    ['2026-01-01T00:00:00+01:00', right],
    ['2026-02-30T00:00:00Z', wrong],
    ['2026-01-01', wrong],
  ])("the clock's start %s", (start, expected) => {
    expect(says({ mtas: [{ name: 'a', address: '127.0.0.11' }], clock: { start } })).toEqual(expected)
  })
})

function size(range: string): object {
  return { at: 'message', drop: true, match: { size: range } }
}

function header(fields: object): object {
  return { at: 'message', drop: true, match: { header: fields } }
}

test("the repository's chain.json is five MTAs at 127.0.0.11 to 127.0.0.15", () => {
  const { mtas } = accepted(readChainText(readFileSync('chain.json', 'utf8')))
  expect(mtas.map(({ name, hostname, address, port }) => `${name} ${hostname} ${address}:${port}`)).toEqual([
    'submission submission.chain.test 127.0.0.11:2525',
    'outbound out.chain.test 127.0.0.12:2525',
    'gateway gateway.chain.test 127.0.0.13:2525',
    'filter filter.chain.test 127.0.0.14:2526',
    'mailbox mailbox.chain.test 127.0.0.15:2525',
  ])
})
