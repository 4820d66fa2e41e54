/**
 * What a start asks of the journal that an earlier one wrote: which receipts it tells, since a kill may have fallen between
 * the commit and the journal, and when it ends. The newest file is read first, and no more than is needed.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines } from './lines.js'
import { asideName, asideNumbers, journalName } from './names.js'
import { readEvent } from './stored-event.js'

/** Resolves with those of the ids that have a `received` event. Rejects with the system's error. */
export async function receivedOf(folder: string, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const aside = await asideNumbers(folder)
  for (const name of [journalName, ...aside.toReversed().map(asideName)]) {
    if (found.size === ids.size) break
    await search(join(folder, name), ids, found)
  }
  return found
}

async function search(file: string, ids: ReadonlySet<string>, found: Set<string>): Promise<void> {
  const handle = await open(file, 'r')
  try {
    for await (const { text } of readLines(handle, 0)) {
      // most lines are of other messages: to read them as events would take most of the time
      const id = /"id":"([^"]+)"/.exec(text)?.[1] ?? ''
      if (ids.has(id) && readEvent(text)?.event === 'received') found.add(id)
    }
  } finally {
    await handle.close()
  }
}

/** The end of a file that surely has a whole event. */
const tail = 256 * 1024

/** Resolves with the time of the last event; null where there is none. Rejects with the system's error. */
export async function lastTime(folder: string): Promise<Date | null> {
  const handle = await open(join(folder, journalName), 'r')
  try {
    const { size } = await handle.stat()
    let last: Date | null = null
    for await (const { text } of readLines(handle, Math.max(size - tail, 0))) {
      const time = Date.parse(/"time":"([^"]+)"/.exec(text)?.[1] ?? '')
      if (!Number.isNaN(time)) last = new Date(time)
    }
    return last
  } finally {
    await handle.close()
  }
}
