/**
 * Random chains of all dialects: what they deliver passes, and with the journal no message passes of which an octet was
 * changed, removed or put in.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { chainOf, deliver, type Delivered } from '../support/delivered-message.js'
import { errorsOf } from './verdicts.js'

const template =
  'by {hostname} ([{ip}]) id {id} with {protocol}{?for: for <{for}>} (from {helo}){?sender: (of <{sender}>)}; {date}'

const delivered: fc.Arbitrary<Delivered> = fc
  .record({
    stamps: fc.array(fc.constantFrom(...stampNames, template), { minLength: 1, maxLength: 8 }),
    client: fc.record({
      helo: fc.constantFrom('client.test', 'by', 'x(y;z)', '[127.0.0.1]', 'CLIENT.test', 'ü'),
      name: fc.constantFrom(null, 'client.test'),
      address: fc.constantFrom('127.0.0.1', '::1'),
    }),
    protocol: fc.constantFrom('SMTP', 'ESMTP', 'UTF8SMTP'),
    recipients: fc.constantFrom(['b@example.test'], ['"b (c"@example.test'], ['b@example.test', 'd@example.test']),
    reversePath: fc.constantFrom(null, 'a@example.test', '"a)b;\\\\"@example.test'),
    skew: fc.constantFrom(0, -90_000, 3_600_000),
    stepMs: fc.constantFrom(0, 3, 1700),
  })
  .map(({ stamps, skew, ...way }) =>
    deliver({
      ...way,
      mtas: chainOf(stamps.length).map((mta, at) => ({ ...mta, stamp: stamps[at] ?? '', skew: at === 1 ? skew : 0 })),
    }),
  )

test('untouched it passes, with the journal and without', async () => {
  await fc.assert(
    fc.asyncProperty(delivered, async ({ content, expected, journal }) => {
      for (const options of [{}, { journal, requireJournal: true }]) {
        expect(errorsOf(await check(content, expected, options))).toEqual([])
      }
    }),
    { numRuns: 300 },
  )
})

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  removed: fc.integer({ min: 0, max: 3 }),
  put: fc.oneof(
    fc.constantFrom('', ' ', '\r\n', '\r\n ', '(', ')', ';', '"', '<', 'A', '1'),
    fc.string({ maxLength: 3 }),
  ),
})

test('changed anywhere it does not pass with the journal', async () => {
  await fc.assert(
    fc.asyncProperty(delivered, edit, async ({ content, expected, journal }, { at, removed, put }) => {
      const place = Math.floor(at * content.length)
      const changed = Buffer.concat([content.subarray(0, place), Buffer.from(put), content.subarray(place + removed)])
      fc.pre(!changed.equals(content))
      expect(await check(changed, expected, { journal, requireJournal: true })).toMatchObject({ verdict: 'fail' })
    }),
    { numRuns: 1000 },
  )
})
