/**
 * Follows a journal that another process writes.
 */
import { watch } from 'node:fs'
import type { MessageEvent } from './event.js'
import type { JournalReader } from './reader.js'

/** A look without a notice, ms: file systems don't tell all changes. */
const lookAnyway = 200

/** Yields events as they are added, from what the reader has not read yet on, until the signal aborts. */
export async function* follow(reader: JournalReader, folder: string, signal: AbortSignal): AsyncIterable<MessageEvent> {
  const watcher = watch(folder)
  let notify: () => void = () => undefined
  watcher.on('change', () => notify())
  signal.addEventListener('abort', () => notify(), { once: true })
  try {
    while (!signal.aborted) {
      const noticed = new Promise<void>(resolve => {
        notify = resolve
      })
      yield* await reader.readOn()
      const timer = setTimeout(() => notify(), lookAnyway)
      if (!signal.aborted) await noticed
      clearTimeout(timer)
    }
  } finally {
    watcher.close()
  }
}
