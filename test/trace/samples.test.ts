import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'
import type { Received } from '../../src/trace/types.js'

interface Sample<Expected> {
  readonly case: string
  readonly received: readonly [string]
  readonly expected: Expected
}

/** `from_name` is the word after `from`, whatever it means there; a missing key is not asserted. */
interface Facts {
  readonly from_name?: string
  readonly from_helo?: string | null
  readonly from_rdns?: string | null
  readonly from_ip?: string
  readonly ip6?: boolean
  readonly by?: string | null
  readonly by_ip?: string
  readonly with?: string
  readonly id?: string
  readonly for?: string
}

const folder = new URL('../../fixtures/received/', import.meta.url)

function load<Expected>(file: string): readonly Sample<Expected>[] {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
}

/** Where the source's own tests are wrong. */
const corrections: Readonly<Record<string, Facts>> = {
  // (HELO USER-PC) stands there, and the source's reader loses it
  test_other5: { from_helo: 'USER-PC' },
  // (HELO outlook.example.net) stands there, and the source's reader loses it
  test_unknown: { from_helo: 'outlook.example.net' },
}

describe('the fields of pyreceived', () => {
  const samples = load<Facts>('pyreceived.json')

  it('are 66', () => expect(samples).toHaveLength(66))

  it.each(samples)('$case is read as its source reads it', ({ case: name, received: [text], expected }) => {
    expectFacts(readReceived(text), { ...expected, ...corrections[name] })
  })
})

function expectFacts(read: Received, facts: Facts): void {
  const { from, by } = read
  const found = {
    from_helo: from.helo,
    from_rdns: from.name,
    from_ip: from.address,
    ip6: from.address?.includes(':'),
    by: by.name,
    by_ip: by.address,
    with: read.with?.text,
    id: read.id,
    for: read.for,
  }
  expect(found).toMatchObject(Object.fromEntries(Object.entries(facts).filter(([key]) => key in found)))
  if (facts.from_name !== undefined) expectWordAfterFrom(read, facts.from_name, facts.from_helo !== undefined)
}

function expectWordAfterFrom({ from }: Received, word: string, heloIsApart: boolean): void {
  if (!heloIsApart) expect([from.helo, from.name, from.ident, `[${from.address}]`]).toContain(word)
  // the name is null where it is not known, and an address is no name
  else if (word === 'unknown') expect(from.name).toBeNull()
  else if (word.startsWith('[')) expect(from).toMatchObject({ name: null, address: word.slice(1, -1) })
  else expect(from.name).toBe(word)
}

describe('the dates of elixir-mail', () => {
  const samples = load<{ readonly date: string | null }>('elixir_mail.json')

  /** Where the source's own tests are wrong. */
  const dates: Readonly<Record<string, string>> = {
    // SendGrid's form, which the source does not read
    'parse invalid Received header#1': '2019-06-23T00:59:46.828Z',
    // the source drops the milliseconds
    'parse invalid date in Received header#2': '2017-06-20T09:44:58.568Z',
  }

  it('are 16', () => expect(samples).toHaveLength(16))

  it.each(samples)('$case is read as its source reads it', ({ case: name, received: [text], expected }) => {
    expect(readReceived(text).date?.instant.toISOString() ?? null).toBe(dates[name] ?? expected.date)
  })

  it('leave the offset unknown where nobody can tell the zone', () => {
    const read = readReceived('from a.example by mx.example; Fri Apr 15 17:22:55 CAT 2016')
    expect(read.date?.offset).toBeNull()
  })
})
