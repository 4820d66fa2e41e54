/**
 * Everything that happened to one message, found by going through the journal's files: memory does not grow with them.
 * What is moved aside and removed meanwhile is missed. Rejects with the system's error.
 */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultEvent, MessageEvent } from './event.js'
import type { MessageHistory } from './journal.js'
import { readLines } from './lines.js'
import { MemoryJournal } from './memory.js'
import { asideName, asideNumbers, journalName } from './names.js'
import { readEvent } from './stored-event.js'

/** Null where no copy, nor a report about one, has that queue id. */
export async function searchHistory(folder: string, id: string): Promise<MessageHistory | null> {
  const ids = new Set([id])
  for (;;) {
    const known = ids.size
    const found = await collect(folder, ids)
    // a copy that the message came from stands before it: once more for that one
    if (ids.size === known) return found.find(id)
  }
}

/**
 * The events of copies with these ids; adds the ids of the copies that they came from, that came from them, and that
 * they are reports about.
 */
async function collect(folder: string, ids: Set<string>): Promise<MemoryJournal> {
  const found = new MemoryJournal()
  for (const name of [...(await asideNumbers(folder)).map(asideName), journalName]) {
    for await (const event of eventsIn(join(folder, name), ids)) {
      found.append(event)
      if (event.event === 'fault') continue
      ids.add(event.id)
      if (event.event === 'received' && event.previous !== null) ids.add(event.previous)
    }
  }
  return found
}

async function* eventsIn(file: string, ids: ReadonlySet<string>): AsyncGenerator<MessageEvent | FaultEvent> {
  const handle = await open(file, 'r').catch(ifMissing)
  try {
    if (!handle) return
    for await (const { text } of readLines(handle, 0)) {
      const event = mentions(text, ids) ? readEvent(text) : null
      if (event && isAbout(event, ids)) yield event
    }
  } finally {
    await handle?.close()
  }
}

/** Most lines are about others: they need not be read as events. */
function mentions(text: string, ids: ReadonlySet<string>): boolean {
  for (const id of ids) if (text.includes(id)) return true
  return false
}

function isAbout(event: MessageEvent | FaultEvent, ids: ReadonlySet<string>): boolean {
  if (event.event === 'fault') return event.previous !== null && ids.has(event.previous)
  return ids.has(event.id) || ids.has(otherId(event) ?? '')
}

/** Of the copy that it came from, or of the report about it. */
function otherId(event: MessageEvent): string | null {
  if (event.event === 'received') return event.previous
  return event.event === 'bounced' || event.event === 'reported' ? event.report : null
}

function ifMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
