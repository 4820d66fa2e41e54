/**
 * The journal that a command proves with.
 */
import { readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { journalName } from '../journal/file.js'
import { JournalReader } from '../journal/reader.js'
import { CommandFailure, reasonOf } from './exit.js'

/** The one of a chain; null where it has none. */
export async function findJournal(stateFolder: string | null): Promise<JournalReader | null> {
  if (stateFolder === null) return null
  const names = await readdir(stateFolder).catch(() => [])
  return names.some(isJournal) ? new JournalReader(stateFolder) : null
}

/** The one that was asked for: the state folder, or a file in it. Fails with a sentence where there is none. */
export async function openJournal(path: string): Promise<JournalReader> {
  try {
    const folder = (await stat(path)).isDirectory() ? path : dirname(path)
    if ((await readdir(folder)).some(isJournal)) return new JournalReader(folder)
  } catch (error) {
    throw new CommandFailure(2, `--journal: ${path} can't be read: ${reasonOf(error)}`)
  }
  throw new CommandFailure(2, `--journal: no ${journalName} in ${path}, expected a chain's state folder (.mta-chain)`)
}

/** Full ones are moved aside, as journal.1.jsonl. */
function isJournal(name: string): boolean {
  return name === journalName || /^journal\.\d+\.jsonl$/.test(name)
}
