/**
 * The journal that a command proves with.
 */
import { readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asideNumbers, journalName } from '../journal/names.js'
import { JournalReader } from '../journal/reader.js'
import { CommandFailure, reasonOf } from './exit.js'

/** The one of a chain; null where it has none. */
export async function findJournal(stateFolder: string | null): Promise<JournalReader | null> {
  if (stateFolder === null) return null
  return (await hasJournal(stateFolder).catch(() => false)) ? new JournalReader(stateFolder) : null
}

/** The one that was asked for: the state folder, or a file in it. Fails with a sentence where there is none. */
export async function openJournal(path: string): Promise<JournalReader> {
  try {
    const folder = (await stat(path)).isDirectory() ? path : dirname(path)
    if (await hasJournal(folder)) return new JournalReader(folder)
  } catch (error) {
    throw new CommandFailure(2, `--journal: ${path} can't be read: ${reasonOf(error)}`)
  }
  throw new CommandFailure(2, `--journal: no ${journalName} in ${path}, expected a chain's state folder (.mta-chain)`)
}

async function hasJournal(folder: string): Promise<boolean> {
  return (await readdir(folder)).includes(journalName) || (await asideNumbers(folder)).length > 0
}
