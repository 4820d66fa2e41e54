/**
 * Follows a journal that another process writes. Rejects with the system's error where the folder can't be read.
 */
import { type FSWatcher, watch } from 'node:fs'
import type { MessageEvent } from './event.js'
import type { JournalReader } from './reader.js'

/** A look without a notice, ms: file systems don't tell all changes. */
const lookAnyway = 200

/** Yields events as they are added, from what the reader has not given yet on, until the signal aborts. */
export async function* follow(reader: JournalReader, folder: string, signal: AbortSignal): AsyncIterable<MessageEvent> {
  let notify: () => void = () => undefined
  const notice = (): void => notify()
  const watcher = watchIfPossible(folder, notice)
  signal.addEventListener('abort', notice, { once: true })
  try {
    while (!signal.aborted) {
      const noticed = new Promise<void>(resolve => {
        notify = resolve
      })
      yield* await reader.readOn()
      const timer = setTimeout(notice, lookAnyway)
      if (!signal.aborted) await noticed
      clearTimeout(timer)
    }
  } finally {
    signal.removeEventListener('abort', notice)
    watcher?.close()
  }
}

/** Null where the system has no more watches to give: looking anyway must do then. */
function watchIfPossible(folder: string, notice: () => void): FSWatcher | null {
  try {
    return watch(folder, notice).on('error', notice)
  } catch {
    return null
  }
}
