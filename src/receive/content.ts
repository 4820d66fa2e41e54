/**
 * Content on its way from the session to the spool. The promise: whatever happens, the message is either taken over
 * whole and answered 250, or nothing of it stays; each of `take` and `discard` is called at most once, and one of them
 * is.
 */
import type { Readable } from 'node:stream'
import type { Limits } from '../config/types.js'
import type { Reply } from '../mail/reply.js'
import { ContentScan } from './content-scan.js'
import { bareOctets, notKept, tooLarge, tooManyHops } from './replies.js'
import type { Receiving } from './transaction.js'

export class IncomingContent {
  /** What was written is not kept yet: the client waits for us, not we for it. */
  waiting = false
  readonly #stream: Readable
  readonly #receiving: Receiving
  readonly #limits: Limits
  readonly #scan = new ContentScan()
  /** Set as soon as the content will not be taken: nothing more of it is kept then. */
  #refusal: Reply | null = null

  /** Calls back once with the answer to the final dot, or with null where the stream broke off before it. */
  constructor(stream: Readable, receiving: Receiving, limits: Limits, settled: (answer: Reply | null) => void) {
    this.#stream = stream
    this.#receiving = receiving
    this.#limits = limits
    stream.on('data', (chunk: Buffer) => this.#write(chunk))
    stream.on('error', () => {
      this.#refuse(notKept)
      settled(null)
    })
    stream.on('end', () => void this.#end().then(settled))
  }

  #write(chunk: Buffer): void {
    if (this.#refusal) return
    this.#scan.write(chunk)
    if (this.#scan.size > this.#limits.messageSize) {
      this.#refuse(tooLarge(this.#limits.messageSize))
      return
    }
    try {
      const wait = this.#receiving.write(chunk)
      if (wait) void this.#waitFor(wait)
    } catch {
      this.#refuse(notKept)
    }
  }

  async #waitFor(wait: Promise<void>): Promise<void> {
    this.waiting = true
    this.#stream.pause()
    try {
      await wait
    } catch {
      this.#refuse(notKept)
    }
    this.waiting = false
    this.#stream.resume()
  }

  async #end(): Promise<Reply> {
    const refusal = this.#refusal ?? this.#judge()
    if (refusal) {
      this.#refuse(refusal)
      return refusal
    }
    try {
      return await this.#receiving.take(this.#scan)
    } catch {
      return notKept
    }
  }

  #judge(): Reply | null {
    if (this.#scan.hasBareOctets) return bareOctets
    if (this.#scan.receivedFields > this.#limits.hops) return tooManyHops(this.#limits.hops)
    return null
  }

  #refuse(refusal: Reply): void {
    if (this.#refusal) return
    this.#refusal = refusal
    this.#receiving.discard()
  }
}
