/**
 * What a chain keeps: spool, mailboxes, journal, in memory or in its state folder. Opened before any MTA listens,
 * closed after all have stopped. A failure while opening is a StartProblem, and gives everything back.
 */
import { mkdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ChainConfig } from '../config/types.js'
import type { JournalEvent } from '../journal/event.js'
import { JournalFile } from '../journal/file.js'
import type { Journal } from '../journal/journal.js'
import { lastTime, receivedOf } from '../journal/known.js'
import { MemoryJournal } from '../journal/memory.js'
import { JournalReader } from '../journal/reader.js'
import { flushFolder } from '../mailbox/flush.js'
import { Maildir } from '../mailbox/maildir.js'
import type { Mailboxes } from '../mailbox/mailbox.js'
import { MemoryMailboxes } from '../mailbox/memory.js'
import { MemorySpool } from '../queue/memory-spool.js'
import type { Spool } from '../queue/spool.js'
import { takeLock } from './lock.js'
import type { StartProblem } from './problem.js'

export interface State {
  readonly spool: Spool
  readonly mailboxes: Mailboxes
  readonly journal: Journal
  append(event: JournalEvent): void
  /** Resolves once the journal has all that was appended; where it can't be written, once that was tried. */
  journaled(): Promise<void>
  /** Resolves with those of these queue ids whose receipt the journal tells. */
  receivedOf(ids: ReadonlySet<string>): Promise<ReadonlySet<string>>
  /** Resolves with the time of the journal's last event; null where it has none. */
  lastTime(): Promise<Date | null>
  close(): Promise<void>
}

/** Mailboxes lie in here, below the state folder. */
export const mailboxFolderName = 'mailbox'

/** `folder` is null where everything is in memory. */
export async function openState(config: ChainConfig, folder: string | null): Promise<State | StartProblem> {
  if (folder === null) return memoryState()
  try {
    const made = await mkdir(folder, { recursive: true })
    if (made !== undefined) await flushFolder(dirname(made))
    return await folderState(config, folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { kind: 'state', folder, code, reason: error instanceof Error ? error.message : String(error) }
  }
}

function memoryState(): State {
  const journal = new MemoryJournal()
  const spool = new MemorySpool()
  return {
    spool,
    mailboxes: new MemoryMailboxes(),
    journal,
    append: event => journal.append(event),
    journaled: () => Promise.resolve(),
    receivedOf: ids => Promise.resolve(ids),
    lastTime: () => Promise.resolve(null),
    close: () => spool.close(),
  }
}

async function folderState(config: ChainConfig, folder: string): Promise<State | StartProblem> {
  const unlock = await takeLock(folder)
  if ('heldBy' in unlock) return { kind: 'locked', folder, pid: unlock.heldBy }
  const opened = [unlock]
  try {
    const spool = await openSpool(config, folder)
    if ('kind' in spool) {
      await closeAll(opened)
      return spool
    }
    opened.push(() => spool.close())
    const file = await JournalFile.open({ folder, ...config.journal, onFailure: warn })
    opened.push(() => file.close())
    return {
      spool,
      mailboxes: config.mailbox === 'maildir' ? new Maildir(join(folder, mailboxFolderName)) : new MemoryMailboxes(),
      journal: new JournalReader(folder),
      append: event => file.append(event),
      journaled: () => file.written(),
      receivedOf: ids => receivedOf(folder, ids),
      lastTime: () => lastTime(folder),
      close: () => closeAll(opened),
    }
  } catch (error) {
    await closeAll(opened).catch(() => undefined)
    throw error
  }
}

/** The last one first; one that fails does not keep the others open. Rejects with the first failure. */
async function closeAll(opened: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of opened.toReversed()) await close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

async function openSpool(config: ChainConfig, folder: string): Promise<Spool | StartProblem> {
  if (config.spool === 'memory') return new MemorySpool()
  const { openDiskSpool } = await import('../queue/disk-spool.js')
  const spoolFolder = join(folder, 'spool')
  const opened = await openDiskSpool(spoolFolder)
  if (!('kind' in opened)) return opened
  if (opened.kind === 'newer') return { kind: 'newer-spool', folder: spoolFolder, reason: opened.reason }
  const code = (await isFull(folder)) ? 'ENOSPC' : ''
  const reason = `${opened.reason}. Nothing in it was changed. Move the folder away to begin with an empty queue`
  return { kind: 'state', folder: spoolFolder, code, reason }
}

/** lmdb reports a full disk as an input/output error: the file system itself is asked. */
async function isFull(folder: string): Promise<boolean> {
  const system = await statfs(folder).catch(() => null)
  return system !== null && system.bavail < 16
}

function warn(error: unknown): void {
  process.emitWarning(`the journal can't be written: ${error instanceof Error ? error.message : String(error)}`)
}
