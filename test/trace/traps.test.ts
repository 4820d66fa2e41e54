import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'

const traps: readonly (readonly [string, string])[] = JSON.parse(
  readFileSync(new URL('../../fixtures/received/traps.json', import.meta.url), 'utf8'),
)
const instant = new Date('2026-11-24T10:00:00Z')
const byMx = { name: 'mx.example', address: null }
const withEsmtp = { text: 'ESMTP', protocol: 'ESMTP' }
const nobody = { helo: null, name: null, address: null }
const client = { helo: 'a.example', name: null, address: '192.0.2.1' }

/** What a careful reader finds, and in `issues` the start of each issue's message, in order. */
interface Expectation {
  readonly because: string
  readonly found: object
  readonly issues: readonly string[]
}

function whole(id: string, found: object) {
  return { by: byMx, with: withEsmtp, id, date: { instant, offset: 0 }, ...found }
}

const expectations: Readonly<Record<string, Expectation>> = {
  'semicolon in comment': {
    because: 'a ; in a comment is a word of the comment',
    found: whole('X1', { from: { ...client, name: 'a.example' } }),
    issues: [],
  },
  'by inside comment': {
    because: 'a keyword in a comment is a word of it; only the literal at its end is from the connection',
    found: whole('X2', { from: client }),
    issues: [],
  },
  'nested comment': {
    because: 'comments nest, and the name is the one given, forged or not',
    found: whole('X3', { from: { ...client, name: 'a.example' } }),
    issues: [],
  },
  'escaped paren': {
    because: 'a backslash quotes the parenthesis behind it',
    found: whole('X4', { from: client }),
    issues: [],
  },
  apostrophe: {
    because: 'an apostrophe quotes nothing',
    found: whole('X5', { from: { helo: "o'hara", name: "o'hara.example", address: '192.0.2.1' } }),
    issues: [],
  },
  'quoted for with ;': {
    because: 'a quoted string holds its ; and its keywords',
    found: whole('X6', { from: client, for: '"a; by fake.example"@b.example' }),
    issues: [],
  },
  'IPv6 tag': {
    because: 'the tag is no part of the address',
    found: whole('X7', { from: { helo: 'a.example', name: 'a.example', address: '2001:db8::1' } }),
    issues: [],
  },
  mapped: {
    because: 'an IPv4-mapped address is that IPv4 address',
    found: whole('X8', { from: { ...client, address: '127.0.0.2' } }),
    issues: [],
  },
  'two from': {
    because: 'the first counts: what stands behind it may be forged by the client',
    found: whole('X9', { from: { ...client, helo: 'real.example' } }),
    issues: ['from stands more than once'],
  },
  'two by': {
    because: 'the first counts',
    found: whole('X10', { from: client }),
    issues: ['by stands more than once'],
  },
  'no date': {
    because: 'a field without its date still tells the hop',
    found: { ...whole('X11', { from: client }), date: null },
    issues: ['no ; and no date'],
  },
  'date then comment': {
    because: 'a comment may stand behind the date, with a ; in it',
    found: whole('X12', { from: client }),
    issues: [],
  },
  'proto key': {
    because: 'a word of no clause is no clause, whatever it is called',
    found: whole('X13', { from: nobody }),
    issues: ['words stand before the first clause', 'no from clause'],
  },
  'HELO is keyword': {
    because: 'the word after a keyword is its value, and "by" is a name',
    found: whole('X14', { from: { ...client, helo: 'by' } }),
    issues: [],
  },
  'HELO with paren injection': {
    because: 'nobody can tell what stands outside of comments behind a ) that closes none',
    found: { from: nobody, by: { name: null, address: null }, with: null, id: null, for: null, date: null },
    issues: ['no by clause', 'nothing stands after from', 'a ) closes no comment', 'no ; and no date'],
  },
  'unclosed comment': {
    because: 'only what stands before it is read',
    found: { from: { ...client, address: null }, by: { name: null, address: null }, with: null, id: null, date: null },
    issues: ['no by clause', 'a comment is not closed', 'no ; and no date'],
  },
  'UTF-8 helo': {
    because: 'UTF-8 is returned as what it says (RFC 6531)',
    found: whole('X17', {
      from: { helo: 'bücher.example', name: 'bücher.example', address: '192.0.2.1' },
      with: { text: 'UTF8SMTP', protocol: 'UTF8SMTP' },
    }),
    issues: [],
  },
  'RFC8314 tls clause': {
    because: 'tls is a clause of its own, which should stand last; and Exim puts the reverse DNS after from',
    found: whole('X18', {
      from: { helo: null, name: 'a.example', address: '192.0.2.1' },
      with: { text: 'esmtps', protocol: 'ESMTPS' },
      for: 'b@c.example',
    }),
    issues: ['id stands behind tls', 'for stands behind tls'],
  },
}

describe('fields that fool readers', () => {
  it('are 18, each with an expectation', () => {
    expect(traps.map(([name]) => name)).toEqual(Object.keys(expectations))
  })

  it.each(traps)('%s', (name, field) => {
    const { because, found, issues } = expectations[name] ?? { because: 'is missing', found: {}, issues: [] }
    const read = readReceived(field)
    expect(read, because).toMatchObject(found)
    expect(
      read.issues.map((issue, index) => issue.message.slice(0, issues[index]?.length)),
      because,
    ).toEqual(issues)
  })
})
