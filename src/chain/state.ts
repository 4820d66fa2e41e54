/**
 * What a chain keeps: spool, mailboxes, journal, in memory or in its state folder. Opened before any MTA listens,
 * closed after all have stopped.
 */
import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChainConfig } from '../config/types.js'
import type { JournalEvent } from '../journal/event.js'
import { JournalFile } from '../journal/file.js'
import type { Journal } from '../journal/journal.js'
import { MemoryJournal } from '../journal/memory.js'
import { JournalReader } from '../journal/reader.js'
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
  close(): Promise<void>
}

/** Mailboxes lie in here, below the state folder. */
export const mailboxFolderName = 'mailbox'

/** The journal is moved aside when it is larger than this, in octets; so many files are kept beside it. */
const journalSize = 64_000_000
const journalFiles = 4

/** `folder` is null where everything is in memory. */
export async function openState(config: ChainConfig, folder: string | null): Promise<State | StartProblem> {
  if (folder === null) return memoryState()
  try {
    await mkdir(folder, { recursive: true })
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
    close: () => spool.close(),
  }
}

async function folderState(config: ChainConfig, folder: string): Promise<State | StartProblem> {
  const unlock = await takeLock(folder)
  if ('heldBy' in unlock) return { kind: 'locked', folder, pid: unlock.heldBy }
  const spool = await openSpool(config, folder)
  if ('kind' in spool) {
    await unlock()
    return spool
  }
  const file = await JournalFile.open({ folder, size: journalSize, keep: journalFiles, onFailure: warn })
  return {
    spool,
    mailboxes: config.mailbox === 'maildir' ? new Maildir(join(folder, mailboxFolderName)) : new MemoryMailboxes(),
    journal: new JournalReader(folder),
    append: event => file.append(event),
    async close() {
      await spool.close()
      await file.close()
      await unlock()
    },
  }
}

async function openSpool(config: ChainConfig, folder: string): Promise<Spool | StartProblem> {
  if (config.spool === 'memory') return new MemorySpool()
  const { openDiskSpool } = await import('../queue/disk-spool.js')
  const spoolFolder = join(folder, 'spool')
  const opened = await openDiskSpool(spoolFolder)
  if (!('kind' in opened)) return opened
  if (opened.kind === 'newer') return { kind: 'newer-spool', folder: spoolFolder, reason: opened.reason }
  const code = (await isFull(folder)) ? 'ENOSPC' : ''
  return { kind: 'state', folder: spoolFolder, code, reason: opened.reason }
}

/** lmdb reports a full disk as an input/output error: the file system itself is asked. */
async function isFull(folder: string): Promise<boolean> {
  const { bavail } = await statfs(folder)
  return bavail < 16
}

function warn(error: unknown): void {
  process.emitWarning(`the journal can't be written: ${error instanceof Error ? error.message : String(error)}`)
}
