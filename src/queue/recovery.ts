/**
 * What an earlier start left in the spool's database. Contents without an item are removed: their clients never got 250.
 * What can't be read back is set aside with its content, never deleted; where even that can't be written it stays where
 * it is. Throws where lmdb finds the file damaged.
 */
import type { Database } from './database.js'
import type { QueueItem } from './item.js'
import { contentKeys, readPieces } from './pieces.js'
import type { LeftMessage, Recovered, SetAside } from './spool.js'
import { itemKey, itemKeys, readItem } from './stored-item.js'

const asideKeys = 'aside/'

export async function recover(database: Database): Promise<Recovered> {
  const keys = new Set<string>()
  // no more of each than is needed: there may be very many
  const found: LeftMessage[] = []
  const setAside: SetAside[] = []
  for await (const key of database.everyKey(itemKeys)) {
    keys.add(key)
    const read = readBack(database, key)
    await database.rest()
    if ('unreadable' in read) setAside.push(await putAside(database, key, read))
    else found.push({ id: read.id, mta: read.mta, receivedAt: read.receivedAt })
  }
  await removeUncommitted(database, keys)
  return { messages: found.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()), setAside }
}

interface Unreadable {
  readonly unreadable: string
  readonly mta: string
}

function readBack(database: Database, key: string): QueueItem | Unreadable {
  const item = readItem(database.get(key) ?? new Uint8Array())
  if ('unreadable' in item) return { ...item, mta: '' }
  const unreadable = key === itemKey(item.id) ? flawOf(item, database) : `it says it is ${item.id}`
  return unreadable === null ? item : { unreadable, mta: item.mta }
}

/** What is wrong with an item's content; null where it is whole. */
function flawOf(item: QueueItem, database: Database): string | null {
  let size = 0
  try {
    for (const piece of readPieces(item.id, key => database.get(key))) size += piece.length
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return size === item.size ? null : `${size} octets of content, there should be ${item.size}`
}

async function putAside(database: Database, key: string, { mta, unreadable }: Unreadable): Promise<SetAside> {
  const all = [key, ...database.keys(contentKeys(key.slice(itemKeys.length)))]
  const moved = await database
    .move(all, from => asideKeys + from)
    .then(
      () => true,
      () => false,
    )
  return { mta, key: moved ? asideKeys + key : key, reason: unreadable }
}

async function removeUncommitted(database: Database, items: ReadonlySet<string>): Promise<void> {
  const orphans: string[] = []
  for await (const key of database.everyKey('content/')) {
    if (!items.has(itemKey(key.split('/')[1] ?? ''))) orphans.push(key)
  }
  if (orphans.length > 0) database.forget(orphans)
}
