/**
 * Spools of both kinds, in folders of their own.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDiskSpool } from '../../src/queue/disk-spool.js'
import { MemorySpool } from '../../src/queue/memory-spool.js'
import type { QueueItem } from '../../src/queue/item.js'
import type { Recovered, Spool } from '../../src/queue/spool.js'

/** A folder that is there as long as the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mta-chain-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens the disk spool in a folder; the test closes it, or it is closed with the test. */
export async function openSpool(folder: string): Promise<Spool> {
  const opened = await openDiskSpool(folder)
  if ('kind' in opened) throw new Error(`${opened.kind}: ${opened.reason}`)
  onTestFinished(() => opened.close())
  return opened
}

/** What an earlier start left, read back. */
export async function recover(spool: Spool): Promise<{ items: QueueItem[]; setAside: Recovered['setAside'] }> {
  const { messages, setAside } = await spool.recover()
  const items = messages.map(({ id, mta }) => {
    const item = spool.item(id)
    if ('unreadable' in item || item.mta !== mta) throw new Error(`${id} of ${mta} is not what was told`)
    return item
  })
  return { items, setAside }
}

export const spools: readonly { readonly kind: string; readonly open: () => Promise<Spool> }[] = [
  { kind: 'memory', open: () => Promise.resolve(new MemorySpool()) },
  { kind: 'disk', open: () => openSpool(temporaryFolder()) },
]
