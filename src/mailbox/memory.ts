/**
 * Mailboxes in memory, for chains that need not outlive their process.
 */
import { type Delivery, type Mailboxes, newestFirst, type StoredMessage } from './mailbox.js'

interface Kept {
  readonly message: StoredMessage
  readonly content: Uint8Array
}

export class MemoryMailboxes implements Mailboxes {
  readonly #messages = new Map<string, Kept>()

  // a content that can't be read rejects, as with the disk
  async deliver(delivery: Delivery): Promise<null> {
    const { recipient, id, receivedAt } = delivery
    const content = Buffer.concat([...delivery.content()])
    const message = { recipient, id, receivedAt, size: content.length, file: null }
    this.#messages.set(keyOf(message), { message, content })
    return null
  }

  read(recipient: string, id: string): Promise<Uint8Array> {
    const kept = this.#messages.get(keyOf({ recipient, id }))
    return kept ? Promise.resolve(kept.content) : Promise.reject(new Error(`no message ${id} for ${recipient}`))
  }

  list(wanted: (recipient: string) => boolean = () => true): Promise<StoredMessage[]> {
    const messages = Array.from(this.#messages.values(), ({ message }) => message)
    return Promise.resolve(newestFirst(messages.filter(({ recipient }) => wanted(recipient))))
  }

  find(recipient: string, id: string): Promise<StoredMessage | null> {
    return Promise.resolve(this.#messages.get(keyOf({ recipient, id }))?.message ?? null)
  }

  async *content({ recipient, id }: StoredMessage): AsyncGenerator<Uint8Array> {
    yield await this.read(recipient, id)
  }

  remove(message: StoredMessage): Promise<boolean> {
    return Promise.resolve(this.#messages.delete(keyOf(message)))
  }
}

function keyOf({ recipient, id }: Pick<StoredMessage, 'recipient' | 'id'>): string {
  return `${id} ${recipient}`
}
