/**
 * Maildir mailboxes (cr.yp.to/proto/maildir.html), line ends CRLF as they travelled. A message is written to tmp/,
 * flushed, moved to new/, and that folder is flushed too: then it is delivered. A crash before leaves a file in tmp/
 * and the message in the queue; its name is made of the queue id, so that the next attempt replaces it.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Delivery, Mailboxes } from './mailbox.js'

export class Maildir implements Mailboxes {
  readonly #folder: string
  readonly #made = new Map<string, Promise<void>>()
  readonly #syncs = new Map<string, { running: Promise<void> | null; next: Promise<void> | null }>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async deliver(delivery: Delivery): Promise<string> {
    const mailbox = mailboxFolder(delivery.recipient)
    await this.#make(mailbox)
    const name = fileName(delivery)
    const temporary = join(this.#folder, mailbox, 'tmp', name)
    try {
      await writeFlushed(temporary, delivery.content())
      await rename(temporary, join(this.#folder, mailbox, 'new', name))
    } catch (error) {
      await unlink(temporary).catch(() => undefined)
      throw error
    }
    await this.#flushFolder(join(this.#folder, mailbox, 'new'))
    return join(mailbox, 'new', name)
  }

  read(_recipient: string, _id: string, file: string | null): Promise<Uint8Array> {
    return file === null ? Promise.reject(new Error('no file')) : readFile(join(this.#folder, file))
  }

  /** Makes a mailbox's folders, once; a failure is tried again with the next message. */
  #make(mailbox: string): Promise<void> {
    const known = this.#made.get(mailbox)
    if (known) return known
    const making = makeFolders(join(this.#folder, mailbox))
    this.#made.set(mailbox, making)
    making.catch(() => this.#made.delete(mailbox))
    return making
  }

  /** Messages that wait for the folder while it is being flushed share the next flush. */
  #flushFolder(folder: string): Promise<void> {
    const sync = this.#syncs.get(folder) ?? { running: null, next: null }
    this.#syncs.set(folder, sync)
    sync.next ??= (sync.running ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        const running = flush(folder)
        sync.running = running
        sync.next = null
        return running
      })
    return sync.next
  }
}

async function makeFolders(mailbox: string): Promise<void> {
  for (const folder of ['tmp', 'new', 'cur']) await mkdir(join(mailbox, folder), { recursive: true })
  await flush(mailbox)
}

async function writeFlushed(file: string, content: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await writeFile(handle, content)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Unique, and the same for every attempt of one copy. */
function fileName({ id, receivedAt, hostname }: Delivery): string {
  return `${Math.floor(receivedAt.getTime() / 1000)}.Q${id}.${hostname}`
}

/** Longest folder name that every file system takes, in octets. */
const longestName = 240

/** A recipient's folder: octets outside [A-Za-z0-9@._+-], and a leading dot, percent-encoded. */
export function mailboxFolder(recipient: string): string {
  const octets = Buffer.from(recipient)
  let name = ''
  for (const octet of octets) {
    const character = String.fromCharCode(octet)
    const plain = /[A-Za-z0-9@._+-]/.test(character) && !(name === '' && character === '.')
    name += plain ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }
  if (name.length <= longestName) return name
  return `${name.slice(0, 200)}%${createHash('sha256').update(octets).digest('hex').slice(0, 32)}`
}
