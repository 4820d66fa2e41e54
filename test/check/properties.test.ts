/**
 * What holds for any chain of 1 to 30 MTAs and any message.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import { assemble, deliver, historyOf, journalOf } from '../support/delivered-message.js'
import { changes, splices, ways } from './arbitraries.js'
import { errorsOf } from './verdicts.js'

const waysAndChanges = ways().chain(way => fc.record({ way: fc.constant(way), change: changes(way) }))

test('what an honest chain delivers passes, with the journal and without', async () => {
  await fc.assert(
    fc.asyncProperty(ways(), async way => {
      const { content, expected, journal } = deliver(way)
      for (const options of [{ journal, requireJournal: true }, {}]) {
        const verdict = await check(content, expected, options)
        expect(errorsOf(verdict)).toEqual([])
        expect(verdict.path.map(({ mta, trusted }) => trusted && mta)).toEqual(way.mtas.map(({ name }) => name))
      }
    }),
    { numRuns: 100 },
  )
})

test('with the journal no message passes that had a change in its hops', async () => {
  await fc.assert(
    fc.asyncProperty(waysAndChanges, async ({ way, change }) => {
      const { parts, content, expected, journal } = deliver(way)
      const changed = assemble(change.mutate(parts))
      fc.pre(!changed.equals(content))
      expect(await check(changed, expected, { journal, requireJournal: true })).toMatchObject({ verdict: 'fail' })
    }),
    { numRuns: 200 },
  )
})

test('with the journal no message passes that had any octets changed, its earlier way known or not', async () => {
  await fc.assert(
    fc.asyncProperty(ways(8), splices, fc.boolean(), async (way, { place, removed, added }, knowsEarlier) => {
      const delivered = deliver(way)
      const { content, expected } = delivered
      const at = Math.floor(place * content.length)
      const changed = Buffer.concat([content.subarray(0, at), added, content.subarray(at + removed)])
      fc.pre(!changed.equals(content))
      const earlier = knowsEarlier ? [historyOf(deliver({ ...way, serial: 1 }))] : []
      const journal = journalOf([...earlier, historyOf(delivered)])
      expect(await check(changed, expected, { journal, requireJournal: true })).toMatchObject({ verdict: 'fail' })
    }),
    { numRuns: 300 },
  )
})

test('without it none passes whose names, addresses, order, number or protocols of hops were changed', async () => {
  await fc.assert(
    fc.asyncProperty(waysAndChanges, async ({ way, change }) => {
      const { parts, expected } = deliver(way)
      fc.pre(change.alone)
      expect(await check(assemble(change.mutate(parts)), expected)).toMatchObject({
        verdict: 'fail',
        evidence: 'message',
      })
    }),
    { numRuns: 300 },
  )
})
