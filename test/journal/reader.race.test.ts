/**
 * The journal is moved aside in the very moment in which a reader opens it.
 */
import { renameSync, writeFileSync } from 'node:fs'
import type * as promises from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { JournalReader } from '../../src/journal/reader.js'
import { temporaryFolder } from '../queue/spools.js'
import { newId, received } from './events.js'

/** Called once, when journal.jsonl is opened. */
const hooks = vi.hoisted((): { before: (() => void) | null; after: (() => void) | null } => ({
  before: null,
  after: null,
}))
vi.mock('node:fs/promises', async importOriginal => {
  const original = await importOriginal<typeof promises>()
  const open = async (file: string, flags: string): ReturnType<typeof original.open> => {
    const { before, after } = hooks
    if (basename(file) !== 'journal.jsonl') return original.open(file, flags)
    Object.assign(hooks, { before: null, after: null })
    before?.()
    const handle = await original.open(file, flags)
    after?.()
    return handle
  }
  return { ...original, open }
})

afterEach(() => {
  Object.assign(hooks, { before: null, after: null })
})

test.each(['before', 'after'] as const)('%s it is opened', async moment => {
  const folder = temporaryFolder()
  const events = Array.from({ length: 5 }, () => received(newId()))
  const write = (name: string, ...which: readonly number[]): void => {
    const lines = which.map(n => `${JSON.stringify(events[n])}\n`)
    writeFileSync(join(folder, name), lines.join(''))
  }
  const moveAside = (to: string): void => renameSync(join(folder, 'journal.jsonl'), join(folder, to))
  write('journal.jsonl', 0)
  const reader = new JournalReader(folder)
  expect(await reader.readOn()).toEqual([events[0]])

  hooks[moment] = () => {
    write('journal.jsonl', 0, 1)
    moveAside('journal.1.jsonl')
    write('journal.jsonl', 2, 3)
  }
  const read = await reader.readOn()
  hooks[moment] = () => {
    moveAside('journal.2.jsonl')
    write('journal.jsonl', 4)
  }
  read.push(...(await reader.readOn()), ...(await reader.readOn()))
  expect(read).toEqual(events.slice(1))
})
