/**
 * A journal that has lost a receipt: the message is judged by itself, with a warning, and nothing is denied that stands there.
 */
import { expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import type { JournalEvent } from '../../src/journal/event.js'
import { MemoryJournal } from '../../src/journal/memory.js'
import { deliver, historyOf } from '../support/delivered-message.js'
import { apply, drop } from './mutations.js'
import { errorsOf } from './verdicts.js'

const to = { address: '127.0.0.1', port: 2525 }
const delivered = deliver()

/** Of MTAs that wrote all events of the message but the receipts at these positions. */
function journalWithout(...positions: readonly number[]): MemoryJournal {
  const { received, events } = historyOf(delivered)
  const relayed = received.slice(0, -1).map(({ time, mta, id, recipients }): JournalEvent => {
    return { event: 'relayed', time, mta, id, to, recipients, reply: '250 2.0.0 Ok' }
  })
  const lost = new Set(positions.map(position => received[position - 1]))
  const journal = new MemoryJournal()
  for (const event of [...events, ...relayed]) {
    if (event.event !== 'received' || !lost.has(event)) journal.append(event)
  }
  return journal
}

test('the whole journal proves it', async () => {
  const verdict = await check(delivered.content, delivered.expected, { journal: journalWithout() })
  expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal', findings: [] })
})

test.each([[1], [2], [3], [4], [5], [1, 2, 3, 4], [2, 3, 4, 5], [3, 5]])('without %i ...', async (...positions) => {
  const journal = journalWithout(...positions)
  const verdict = await check(delivered.content, delivered.expected, { journal })
  expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message' })
  expect(verdict.findings).toMatchObject([{ code: 'queue-id', severity: 'warning' }])
  expect(verdict.findings[0]?.message).toMatch(/^The journal has lost a receipt (before|after) that of mta\d: /)
  const required = await check(delivered.content, delivered.expected, { journal, requireJournal: true })
  expect(required).toMatchObject({ verdict: 'fail', findings: [{ code: 'queue-id', severity: 'error' }] })
})

test('what the message alone tells is still found', async () => {
  const verdict = await check(apply(delivered, drop(4)), delivered.expected, { journal: journalWithout(2) })
  expect(errorsOf(verdict)).toContain('missing-hop 4 -')
})
