/**
 * Reads what a socket receives in portions that the reader's user defines, at the user's own pace.
 */
import { EventEmitter, once } from 'node:events'
import type { Socket } from 'node:net'

/** How many octets from the start make up a portion; 0 where it is not complete. */
export type PortionLength = (received: Buffer) => number

export class OctetReader {
  /** What is not yet taken stands from #start to #end; nothing that was taken is ever written over. */
  #store = Buffer.alloc(4096)
  #start = 0
  #end = 0
  #ended = false
  readonly #changes = new EventEmitter()

  /** Reads from now on; whoever makes the reader handles the socket's errors. */
  constructor(socket: Socket) {
    socket.on('data', octets => {
      this.#append(octets)
      this.#changes.emit('change')
    })
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#ended = true
        this.#changes.emit('change')
      })
    }
  }

  /** What was received and not yet taken. */
  get pending(): Buffer {
    return this.#store.subarray(this.#start, this.#end)
  }

  /** Takes the next portion; null where the other side ended before it was complete. Rejects when the signal aborts. */
  async take(portionLength: PortionLength, signal?: AbortSignal): Promise<Buffer | null> {
    for (;;) {
      const length = portionLength(this.pending)
      if (length > 0) return this.#cut(length)
      if (this.#ended) return null
      await once(this.#changes, 'change', { signal })
    }
  }

  #cut(length: number): Buffer {
    const portion = this.pending.subarray(0, length)
    this.#start += length
    return portion
  }

  #append(octets: Buffer): void {
    if (this.#end + octets.length > this.#store.length) this.#grow(octets.length)
    this.#end += octets.copy(this.#store, this.#end)
  }

  #grow(more: number): void {
    const kept = this.pending
    this.#store = Buffer.alloc(2 * (kept.length + more))
    this.#start = 0
    this.#end = kept.copy(this.#store)
  }
}
