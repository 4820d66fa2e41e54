/**
 * Maildir mailboxes (cr.yp.to/proto/maildir.html), line ends CRLF as they travelled. A message is written to tmp/,
 * flushed, moved to new/, and that folder is flushed too: then it is delivered. A delivery that fails leaves nothing in
 * tmp/. A crash leaves a file there and the message in the queue; its name is made of the queue id, so that the next
 * attempt replaces it, as it replaces one that is in new/ already.
 */
import { closeSync, fdatasync, openSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, open, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FolderFlush, flushFolder } from './flush.js'
import type { Delivery, Mailboxes, StoredMessage } from './mailbox.js'
import { contentOf, findIn, listIn, removeFrom } from './maildir-contents.js'
import { mailboxFolder, messageFile } from './names.js'

const flushFile = promisify(fdatasync)

export class Maildir implements Mailboxes {
  readonly #folder: string
  readonly #made = new Map<string, Promise<void>>()
  readonly #flush = new FolderFlush()

  constructor(folder: string) {
    this.#folder = folder
  }

  async deliver(delivery: Delivery): Promise<string> {
    const mailbox = mailboxFolder(delivery.recipient)
    const name = messageFile(delivery)
    const temporary = join(this.#folder, mailbox, 'tmp', name)
    try {
      await this.#make(mailbox)
      await writeFlushed(temporary, delivery.content())
      renameSync(temporary, join(this.#folder, mailbox, 'new', name))
      await this.#flush.flush(join(this.#folder, mailbox, 'new'))
    } catch (error) {
      // somebody may have taken the folders away: the next message makes them
      this.#made.delete(mailbox)
      await unlink(temporary).catch(() => undefined)
      throw error
    }
    return join(mailbox, 'new', name)
  }

  read(_recipient: string, _id: string, file: string | null): Promise<Uint8Array> {
    return file === null ? Promise.reject(new Error('no file')) : readFile(join(this.#folder, file))
  }

  list(wanted: (recipient: string) => boolean = () => true): Promise<StoredMessage[]> {
    return listIn(this.#folder, wanted)
  }

  find(recipient: string, id: string): Promise<StoredMessage | null> {
    return findIn(this.#folder, recipient, id)
  }

  content(message: StoredMessage): AsyncIterable<Uint8Array> {
    return contentOf(this.#folder, message)
  }

  remove(message: StoredMessage): Promise<boolean> {
    return removeFrom(this.#folder, message)
  }

  /** Makes a mailbox's folders, once. */
  #make(mailbox: string): Promise<void> {
    const known = this.#made.get(mailbox)
    if (known) return known
    const making = makeFolders(this.#folder, mailbox)
    this.#made.set(mailbox, making)
    return making
  }
}

async function makeFolders(folder: string, mailbox: string): Promise<void> {
  for (const each of ['tmp', 'new', 'cur']) await mkdir(join(folder, mailbox, each), { recursive: true })
  await flushFolder(join(folder, mailbox))
  await flushFolder(folder)
}

async function writeFlushed(file: string, content: Iterable<Uint8Array>): Promise<void> {
  const pieces = content[Symbol.iterator]()
  const [first, second] = [pieces.next(), pieces.next()]
  if (second.done) await writeSmall(file, first.done ? new Uint8Array() : first.value)
  else await writeLarge(file, whole(first.value, second.value, pieces))
}

/**
 * Opening, writing and closing a small file take less time than handing them to a thread does, five times over: only
 * the flush waits for the disk, and only that is handed over.
 */
async function writeSmall(file: string, octets: Uint8Array): Promise<void> {
  const descriptor = openSync(file, 'w')
  try {
    writeFileSync(descriptor, octets)
    await flushFile(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

async function writeLarge(file: string, content: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await writeFile(handle, content)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

function* whole(first: Uint8Array, second: Uint8Array, rest: Iterator<Uint8Array>): Iterable<Uint8Array> {
  yield first
  yield second
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
}
