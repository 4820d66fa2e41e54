/**
 * Mailboxes in memory, for chains that need not outlive their process.
 */
import type { Delivery, Mailboxes } from './mailbox.js'

export class MemoryMailboxes implements Mailboxes {
  readonly #messages = new Map<string, Uint8Array>()

  // a content that can't be read rejects, as with the disk
  async deliver(delivery: Delivery): Promise<null> {
    this.#messages.set(keyOf(delivery.recipient, delivery.id), Buffer.concat([...delivery.content()]))
    return null
  }

  read(recipient: string, id: string): Promise<Uint8Array> {
    const content = this.#messages.get(keyOf(recipient, id))
    return content ? Promise.resolve(content) : Promise.reject(new Error(`no message ${id} for ${recipient}`))
  }
}

function keyOf(recipient: string, id: string): string {
  return `${id} ${recipient}`
}
