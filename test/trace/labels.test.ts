/**
 * The reader against labels that were written from knowledge of the programs, without a look at what it returns: a label
 * that fails is to be judged by the program's source, not adapted. What a label leaves out is not asserted.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readReceived } from '../../src/trace/received.js'
import type { Received } from '../../src/trace/types.js'

const text = z.string().nullable().optional()
const stated = z.boolean().nullable().optional()
const label = z.strictObject({
  field: z.string(),
  source: z.string(),
  /** How many fields of the corpus have this shape. */
  count: z.int().optional(),
  expected: z.strictObject({
    from: z.strictObject({ helo: text, name: text, address: text, ident: text }),
    by: z.strictObject({ name: text, address: text }),
    via: text,
    with: z.strictObject({ text, protocol: text, tls: stated, auth: stated }).nullable().optional(),
    tls: z.strictObject({ version: text, cipher: text }).nullable().optional(),
    id: text,
    for: text,
    envelopeFrom: text,
    date: z.iso.datetime().nullable().optional(),
    offset: z.int().nullable().optional(),
    dialect: text,
  }),
})
type Label = z.infer<typeof label>
type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>

const folder = new URL('../../fixtures/received/', import.meta.url)
const files = [...readdirSync(new URL('dialects/', folder)).map(file => `dialects/${file}`), 'corpus.json']
const sets = files.map(file => ({ file, labels: load(file) }))

function load(file: string): readonly Label[] {
  return z.array(label).parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
}

function flat(prefix: string, whole: Facts): Facts {
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [`${prefix}.${key}`, value]))
}

/** One attribute a line; an absent clause has absent parts, so that each attribute counts by itself. */
function labelled({ expected }: Label): Facts {
  const { from, by, with: protocol, tls, ...rest } = expected
  const noProtocol = { text: null, protocol: null, tls: null, auth: null }
  return {
    ...flat('from', from),
    ...flat('by', by),
    ...(protocol === undefined ? {} : flat('with', protocol ?? noProtocol)),
    ...(tls === undefined ? {} : flat('tls', tls ?? { version: null, cipher: null })),
    ...rest,
  }
}

function told({ from, by, with: protocol, tls, date, ...rest }: Received): Facts {
  return {
    ...flat('from', { ...from }),
    ...flat('by', { ...by }),
    ...flat('with', {
      text: protocol?.text ?? null,
      protocol: protocol?.protocol ?? null,
      tls: protocol?.tls ?? null,
      auth: protocol?.auth ?? null,
    }),
    ...flat('tls', { version: tls?.version ?? null, cipher: tls?.cipher ?? null }),
    via: rest.via,
    id: rest.id,
    for: rest.for,
    envelopeFrom: rest.envelopeFrom,
    date: date === null ? null : wholeSeconds(date.instant),
    offset: date?.offset ?? null,
    dialect: rest.dialect,
  }
}

/** Fractions are not asserted: some programs write nanoseconds. */
function wholeSeconds(instant: Date): string {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000).toISOString()
}

const tally = new Map<string, { right: number; of: number }>()

function count(attribute: string, right: boolean): void {
  const sum = tally.get(attribute) ?? { right: 0, of: 0 }
  tally.set(attribute, { right: sum.right + (right ? 1 : 0), of: sum.of + 1 })
}

describe.each(sets)('labels of $file', ({ labels }) => {
  it.each(labels)('$field', one => {
    const expected = labelled(one)
    const found = told(readReceived(one.field))
    const asserted = Object.fromEntries(Object.keys(expected).map(attribute => [attribute, found[attribute]]))
    for (const [attribute, value] of Object.entries(expected)) count(attribute, asserted[attribute] === value)
    expect(asserted, one.field).toEqual(expected)
  })
})

afterAll(() => {
  const wrong = [...tally].filter(([, { right, of }]) => right < of)
  if (wrong.length === 0) return
  const lines = wrong.map(([attribute, { right, of }]) => `${attribute.padEnd(14)}${right} of ${of}`)
  process.stderr.write(`labels the reader gets right:\n${lines.join('\n')}\n`)
})
