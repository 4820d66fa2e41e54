/**
 * One message's history out of the journal's files, without the rest of them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { JournalEvent } from '../../src/journal/event.js'
import { JournalReader } from '../../src/journal/reader.js'
import { searchHistory } from '../../src/journal/search.js'
import { bounced, delivered, fault, newId, received, relayed } from './events.js'

async function journal(files: Readonly<Record<string, readonly (JournalEvent | string)[]>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-search-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, events] of Object.entries(files)) {
    const lines = events.map(event => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`)
    await writeFile(join(folder, name), lines.join(''))
  }
  return folder
}

const [a1, b1, c1, other1, other2] = [newId(), newId(), newId(), newId(), newId()]

it('finds all copies by any of their ids, over all files, and nothing of others', async () => {
  const others = [received(other1), received(other2, other1), delivered(other2)]
  const folder = await journal({
    'journal.1.jsonl': [received(a1), ...others, received(b1, a1)],
    'journal.2.jsonl': [`no event that names ${a1}`, relayed(a1, `250 queued as ${other1}`), received(c1, b1)],
    'journal.jsonl': [relayed(b1), relayed(other1, `250 queued as ${c1}`), delivered(c1)],
  })
  const expected = await new JournalReader(folder).history(a1)
  expect(expected?.events).toHaveLength(6)
  for (const id of [a1, b1, c1]) expect(await searchHistory(folder, id)).toEqual(expected)
})

it('finds faults that its copies met, and a report about it by the queue id of that', async () => {
  const [report, otherReport] = [newId(), newId()]
  const folder = await journal({
    'journal.1.jsonl': [received(a1), fault(a1), fault(other1), fault(null), received(b1, a1), fault(b1)],
    'journal.jsonl': [bounced(b1, report), delivered(report), bounced(other1, otherReport), fault(report)],
  })
  const reader = new JournalReader(folder)
  const expected = await reader.history(a1)
  expect(expected).toEqual({
    received: [received(a1), received(b1, a1)],
    events: [received(a1), received(b1, a1), bounced(b1, report)],
    faults: [fault(a1), fault(b1)],
  })
  expect(await reader.history(report)).toEqual(expected)
  for (const id of [a1, b1, report]) expect(await searchHistory(folder, id)).toEqual(expected)
  // the receipt of what it is about is lost
  const lost = { received: [], events: [bounced(other1, otherReport)], faults: [fault(other1)] }
  expect(await reader.history(otherReport)).toEqual(lost)
  expect((await reader.readOn()).filter(({ event }) => event === 'bounced')).toHaveLength(2)
})

it('knows nothing of an id that no copy has', async () => {
  const folder = await journal({ 'journal.jsonl': [received(a1)] })
  expect(await searchHistory(folder, b1)).toBeNull()
  expect(await searchHistory(await journal({}), a1)).toBeNull()
})
