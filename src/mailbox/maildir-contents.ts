/**
 * What lies in Maildir mailboxes: in new/ and cur/, whoever put it there, as long as its name is one that a message of
 * ours has. A folder or a file that is a link to somewhere else is not followed: to us it is not there. Rejects with the
 * system's error where something can't be read; what is gone meanwhile is not there either.
 */
import { constants } from 'node:fs'
import { lstat, open, readdir, realpath, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { newestFirst, type StoredMessage } from './mailbox.js'
import { folderOf, readMessageFile, recipientOf } from './names.js'

export async function listIn(folder: string, wanted: (recipient: string) => boolean): Promise<StoredMessage[]> {
  const found: StoredMessage[] = []
  for (const mailbox of await namesIn(folder)) {
    const recipient = recipientOf(mailbox)
    if (recipient !== null && wanted(recipient)) found.push(...(await messagesOf(folder, mailbox, recipient)))
  }
  return newestFirst(found)
}

/** The recipient is never a path: what it has in it of one is encoded. The id is compared, nothing more. */
export async function findIn(folder: string, recipient: string, id: string): Promise<StoredMessage | null> {
  const mailbox = folderOf(recipient)
  if (mailbox === null) return null
  const [found] = await messagesOf(folder, mailbox, recipient, id)
  return found ?? null
}

export async function* contentOf(folder: string, { recipient, id }: StoredMessage): AsyncGenerator<Uint8Array> {
  const now = await findIn(folder, recipient, id)
  if (!now?.file) throw new Error(`the message ${id} for ${recipient} is gone`)
  // a link that has taken its place is refused, and a pipe does not hold us up
  const handle = await open(join(folder, now.file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    for await (const piece of handle.createReadStream({ autoClose: false })) yield Buffer.from(piece)
  } finally {
    await handle.close()
  }
}

export async function removeFrom(folder: string, { recipient, id }: StoredMessage): Promise<boolean> {
  const now = await findIn(folder, recipient, id)
  if (!now?.file) return false
  return (await unlink(join(folder, now.file)).then(() => true, ifGone)) ?? false
}

/** `only`: of that queue id. */
async function messagesOf(folder: string, mailbox: string, recipient: string, only?: string): Promise<StoredMessage[]> {
  const found: StoredMessage[] = []
  for (const place of ['new', 'cur']) {
    if (!(await isOwn(folder, mailbox, place))) continue
    for (const name of await namesIn(join(folder, mailbox, place))) {
      const read = readMessageFile(name)
      if (!read || (only !== undefined && read.id !== only)) continue
      const file = join(mailbox, place, name)
      const about = await lstat(join(folder, file)).catch(ifGone)
      if (about?.isFile()) found.push({ recipient, ...read, size: about.size, file })
    }
  }
  return found
}

/** Whether the folder really lies where it seems to. */
async function isOwn(folder: string, mailbox: string, place: string): Promise<boolean> {
  const there = await realpath(join(folder, mailbox, place)).catch(ifGone)
  return there !== null && there === join(await realpath(folder), mailbox, place)
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(ifGone)) ?? []
}

function ifGone(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return null
  throw error
}
