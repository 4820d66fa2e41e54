/**
 * The journal as it is written: lines, rotation, failures.
 */
import { stat } from 'node:fs/promises'
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JournalEvent } from '../../src/journal/event.js'
import { JournalFile, type JournalFileOptions } from '../../src/journal/file.js'
import { JournalReader } from '../../src/journal/reader.js'
import { temporaryFolder } from '../queue/spools.js'
import { newId, received, relayed } from './events.js'

const options = { size: 1_000_000, keep: 4, onFailure: fail }

function fail(error: unknown): void {
  throw error
}

const journalFiles = (folder: string): string[] => readdirSync(folder).toSorted()

test('events are lines of JSON, in order, and a later start goes on', async () => {
  const folder = temporaryFolder()
  const [first, second] = [received(newId()), { ...received(newId()), recipients: ['"a\nb"@example.test'] }]
  for (const event of [first, second]) {
    const file = await JournalFile.open({ ...options, folder })
    file.append(event)
    await file.close()
  }
  const text = readFileSync(join(folder, 'journal.jsonl'), 'utf8')
  expect(text).toBe(`${JSON.stringify(first)}\n${JSON.stringify(second)}\n`)
})

test('a file that is larger than allowed is moved aside, the newest are kept', async () => {
  const folder = temporaryFolder()
  const events = Array.from({ length: 12 }, (_, n) => relayed(newId(), `250 ${n}`))
  const size = 2.5 * JSON.stringify(events[0]).length
  for (const event of events) await append(event, { ...options, folder, size, keep: 2 })
  expect(journalFiles(folder)).toEqual(['journal.3.jsonl', 'journal.4.jsonl'])
  const newest = readFileSync(join(folder, 'journal.4.jsonl'), 'utf8')
  expect(newest).toBe(
    events
      .slice(9)
      .map(event => `${JSON.stringify(event)}\n`)
      .join(''),
  )
})

/** One event a start, so that each is written by itself. */
async function append(event: JournalEvent, where: JournalFileOptions): Promise<void> {
  const file = await JournalFile.open(where)
  file.append(event)
  await file.close()
}

test('numbers go on after a restart, and a start that keeps fewer removes the others', async () => {
  const folder = temporaryFolder()
  for (const name of ['journal.3.jsonl', 'journal.9.jsonl', 'journal.10.jsonl', 'journal.x.jsonl']) {
    writeFileSync(join(folder, name), '')
  }
  const file = await JournalFile.open({ ...options, folder, size: 1, keep: 2 })
  file.append(relayed(newId()))
  await file.close()
  expect(journalFiles(folder)).toEqual(['journal.10.jsonl', 'journal.11.jsonl', 'journal.x.jsonl'])
})

test('a line that a crash cut off does not take the next event with it', async () => {
  const folder = temporaryFolder()
  const [before, after] = [received(newId()), received(newId())]
  const cut = JSON.stringify(received(newId())).slice(0, 50)
  writeFileSync(join(folder, 'journal.jsonl'), `${JSON.stringify(before)}\n${cut}`)
  const file = await JournalFile.open({ ...options, folder })
  file.append(after)
  await file.close()
  expect(await new JournalReader(folder).readOn()).toEqual([before, after])
})

test('a journal that can not be written is told once, and is written again when it can be', async () => {
  const folder = temporaryFolder()
  const failures: unknown[] = []
  const [first, last] = [received(newId()), received(newId())]
  const file = await JournalFile.open({ ...options, folder, size: 1, onFailure: error => failures.push(error) })
  file.append(first)
  await until(() => journalFiles(folder).includes('journal.1.jsonl'))
  // a folder in the way
  mkdirSync(join(folder, 'journal.jsonl'))
  for (let n = 0; n < 3; n++) {
    file.append(received(newId()))
    await until(() => failures.length > 0)
    // time for a write of its own
    for (let looks = 0; looks < 20; looks++) await stat(folder)
  }
  rmdirSync(join(folder, 'journal.jsonl'))
  file.append(last)
  await file.close()
  expect(failures).toEqual([expect.objectContaining({ code: 'EISDIR' })])
  const ids = (await new JournalReader(folder).readOn()).map(({ id }) => id)
  expect([ids[0], ids.at(-1)]).toEqual([first.id, last.id])
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}

test('after the end nothing is written', async () => {
  const folder = temporaryFolder()
  const file = await JournalFile.open({ ...options, folder })
  await file.close()
  file.append(received(newId()))
  await file.close()
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe('')
})

test('a folder that is not there rejects', async () => {
  await expect(JournalFile.open({ ...options, folder: join(temporaryFolder(), 'none') })).rejects.toThrow(/ENOENT/)
})
