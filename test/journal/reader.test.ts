/**
 * A reader beside a writer misses nothing, and reads nothing twice.
 */
import { mkdirSync, renameSync, writeFileSync, appendFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MessageEvent } from '../../src/journal/event.js'
import { JournalFile } from '../../src/journal/file.js'
import { follow } from '../../src/journal/follow.js'
import { JournalReader } from '../../src/journal/reader.js'
import { temporaryFolder } from '../queue/spools.js'
import { delivered, newId, received, relayed } from './events.js'

const steps = fc.array(
  fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 6 }) }),
    fc.constant('read' as const),
    fc.constant('read and go on' as const),
    fc.constant('turn' as const),
    fc.constant('restart' as const),
  ),
  { maxLength: 40, size: 'max' },
)

/** Writes and reads as the steps say; resolves with what was written, and what was read. */
async function play(
  folder: string,
  all: readonly (string | { append: number })[],
  size: number,
): Promise<[MessageEvent[], MessageEvent[]]> {
  const open = () => JournalFile.open({ folder, size, keep: 1000, onFailure: fail })
  const reader = new JournalReader(folder)
  const [written, read]: [MessageEvent[], MessageEvent[]] = [[], []]
  const pending: Promise<unknown>[] = []
  const readOn = () => reader.readOn().then(events => read.push(...events))
  let file = await open()
  for (const step of all) {
    if (typeof step !== 'string') {
      for (let n = 0; n < step.append; n++) {
        const event = relayed(newId(), `250 ${written.length}`)
        written.push(event)
        file.append(event)
      }
    } else if (step === 'read') await readOn()
    else if (step === 'read and go on') pending.push(readOn())
    else if (step === 'turn') await new Promise(setImmediate)
    else {
      await file.close()
      file = await open()
    }
  }
  await file.close()
  await Promise.all(pending)
  await readOn()
  return [written, read]
}

function fail(error: unknown): void {
  throw error
}

test('whenever it looks, it reads each event once and in order, over files that are moved aside', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 400, 1000, 100_000), async (all, size) => {
      const folder = join(temporaryFolder(), 'state')
      mkdirSync(folder)
      const [written, read] = await play(folder, all, size)
      expect(read).toEqual(written)
    }),
    { numRuns: 60 },
  )
})

test('what is removed before it was read is missed, the rest is read in order', async () => {
  const folder = temporaryFolder()
  const reader = new JournalReader(folder)
  const events = Array.from({ length: 9 }, (_, n) => relayed(newId(), `250 ${n}`))
  const read: MessageEvent[] = []
  for (const [n, event] of events.entries()) {
    const file = await JournalFile.open({ folder, size: 1, keep: 2, onFailure: fail })
    file.append(event)
    await file.close()
    if (n === 1) read.push(...(await reader.readOn()))
  }
  read.push(...(await reader.readOn()))
  expect(read).toEqual([events[0], events[1], events[7], events[8]])
})

test('a line that is not ended yet is read when it is', async () => {
  const folder = temporaryFolder()
  const [first, second] = [received(newId()), delivered(newId())]
  const lines = `${JSON.stringify(first)}\n${JSON.stringify(second)}\n`
  const reader = new JournalReader(folder)
  const read: MessageEvent[] = []
  for (const octet of Buffer.from(lines)) {
    appendFileSync(join(folder, 'journal.jsonl'), Buffer.of(octet))
    if (octet % 7 === 0 || octet === 10) read.push(...(await reader.readOn()))
  }
  expect(read).toEqual([first, second])
})

test('lines that are no events of messages are skipped', async () => {
  const folder = temporaryFolder()
  const event = received(newId())
  const garbage = [
    '',
    'no JSON',
    '{}',
    'null',
    '[1]',
    '{"event":"received"}',
    JSON.stringify({ ...event, id: 'x' }),
    '\u0000\u00ff',
  ]
  const others = [
    { event: 'set-aside', time: '', mta: '', key: '', reason: '' },
    { event: 'fault', time: '', mta: 'a', rule: 'a-1', previous: event.id, action: 'drop' },
    { event: 'future', id: event.id },
  ]
  const lines = [...garbage, ...others.map(other => JSON.stringify(other)), JSON.stringify(event), ...garbage]
  writeFileSync(join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`)
  expect(await new JournalReader(folder).readOn()).toEqual([event])
})

test('lines longer than what is read at once are read whole, and so are very many', async () => {
  const folder = temporaryFolder()
  const long = { ...received(newId()), stamp: 'ü'.repeat(1_500_000) }
  const short = Array.from({ length: 130_000 }, () => '{}')
  const [first, last] = [relayed(newId()), relayed(newId())]
  const lines = [first, long].map(event => JSON.stringify(event))
  writeFileSync(join(folder, 'journal.jsonl'), `${[...lines, ...short, JSON.stringify(last)].join('\n')}\n`)
  const reader = new JournalReader(folder)
  expect(await reader.readOn()).toEqual([first, long, last])
  const added = received(newId())
  appendFileSync(join(folder, 'journal.jsonl'), `${JSON.stringify(added)}\n`)
  expect(await reader.readOn()).toEqual([added])
})

test('a history takes in what was added, and what it took in is still new to who reads on', async () => {
  const folder = temporaryFolder()
  const id = newId()
  const reader = new JournalReader(folder)
  expect(await reader.history(id)).toBeNull()
  const file = await JournalFile.open({ folder, size: 1, keep: 9, onFailure: fail })
  file.append(received(id))
  file.append(delivered(id))
  await file.close()
  expect(await reader.history(id)).toEqual({
    received: [received(id)],
    events: [received(id), delivered(id)],
    faults: [],
  })
  expect(await reader.readOn()).toEqual([received(id), delivered(id)])
  expect(await reader.readOn()).toEqual([])
})

test('a folder that is gone rejects, and does not stop later looks', async () => {
  const folder = join(temporaryFolder(), 'state')
  const reader = new JournalReader(folder)
  await expect(reader.readOn()).rejects.toThrow(/ENOENT/)
  mkdirSync(folder)
  const event = received(newId())
  writeFileSync(join(folder, 'journal.1.jsonl'), `${JSON.stringify(event)}\n`)
  expect(await reader.readOn()).toEqual([event])
})

test('a file that is moved aside while it is being read is read to its end', async () => {
  const folder = temporaryFolder()
  const events = Array.from({ length: 4 }, () => received(newId()))
  const line = (n: number) => `${JSON.stringify(events[n])}\n`
  const reader = new JournalReader(folder)
  writeFileSync(join(folder, 'journal.jsonl'), line(0))
  expect(await reader.readOn()).toEqual([events[0]])
  appendFileSync(join(folder, 'journal.jsonl'), line(1))
  renameSync(join(folder, 'journal.jsonl'), join(folder, 'journal.1.jsonl'))
  // between the move and the next file there is none
  expect(await reader.readOn()).toEqual([events[1]])
  writeFileSync(join(folder, 'journal.jsonl'), line(2) + line(3))
  expect(await reader.readOn()).toEqual([events[2], events[3]])
})

test('who follows is given each event as it is written, until told to stop', async () => {
  const folder = temporaryFolder()
  const file = await JournalFile.open({ folder, size: 300, keep: 9, onFailure: fail })
  const events = Array.from({ length: 5 }, () => received(newId()))
  const stop = new AbortController()
  const followed: MessageEvent[] = []
  const [first] = events
  if (first) file.append(first)
  for await (const event of follow(new JournalReader(folder), folder, stop.signal)) {
    followed.push(event)
    const next = events[followed.length]
    if (next) file.append(next)
    else stop.abort()
  }
  await file.close()
  expect(followed).toEqual(events)
})
