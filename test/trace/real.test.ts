/**
 * What the real programs wrote (fixtures/received/real), read as their own rules say. `expected` is null where a program
 * lets a HELO name through that leaves the field out of order: then no more is asked than that the reader is not fooled.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'

interface Sample {
  readonly program: string
  readonly case: {
    readonly name: string
    readonly clientAddress: string | null
    readonly zone: string
    readonly hostname: string
  }
  readonly field: string
  readonly expected: Expected | null
}

interface Expected {
  readonly date: { readonly instant: string; readonly offset: number | null }
}

const folder = new URL('../../fixtures/received/real/', import.meta.url)

function load(program: string): readonly (readonly [name: string, sample: Sample])[] {
  const samples: readonly Sample[] = JSON.parse(readFileSync(new URL(`${program}.json`, folder), 'utf8'))
  return samples.map(sample => [`${sample.case.name}, ${sample.case.zone}`, sample])
}

describe.each([
  ['postfix', 64],
  ['exim', 64],
  ['opensmtpd', 34],
  ['sendmail', 43],
  ['courier', 60],
  ['haraka', 62],
  ['dovecot', 4],
  ['fetchmail', 1],
  ['getmail', 1],
  ['dma', 2],
  ['nullmailer', 1],
])('fields of %s', (program, count) => {
  const samples = load(program)

  it(`are ${count}`, () => expect(samples).toHaveLength(count))

  it.each(samples)('%s', (_name, { field, expected, case: facts }) => {
    const read = readReceived(field)
    if (expected === null) expectNotFooled(read.from.address, read.by.name, facts)
    else
      expect(read).toMatchObject({
        ...expected,
        date: { ...expected.date, instant: new Date(expected.date.instant) },
        repeated: [],
      })
  })
})

function expectNotFooled(address: string | null, by: string | null, facts: Sample['case']): void {
  expect([facts.clientAddress, null]).toContain(address)
  expect([facts.hostname, null]).toContain(by)
}
