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
import type { ContentFacts, Receiving } from './transaction.js'

/** What becomes of a content with which nothing is wrong, where it is not simply taken. */
export type Decision =
  | { readonly kind: 'take' }
  | { readonly kind: 'refuse'; readonly reply: Reply }
  /** The client gets no answer: `after` is called once the message is taken (`keep`) or forgotten. */
  | { readonly kind: 'silence'; readonly keep: boolean; readonly after: () => void }

/** Asked once all octets are there; null takes it. */
export type Gate = (facts: ContentFacts) => Decision | Promise<Decision> | null

const take: Decision = { kind: 'take' }

export class IncomingContent {
  /** What was written is not kept yet: the client waits for us, not we for it. */
  waiting = false
  readonly #stream: Readable
  readonly #receiving: Receiving
  readonly #limits: Limits
  readonly #gate: Gate
  readonly #scan = new ContentScan()
  /** Set as soon as the content will not be taken: nothing more of it is kept then. */
  #refusal: Reply | null = null

  /** Calls back once with the answer to the final dot, or with null where there is none: the stream broke off before it, or the gate wants silence. */
  constructor(
    stream: Readable,
    receiving: Receiving,
    limits: Limits,
    gate: Gate,
    settled: (answer: Reply | null) => void,
  ) {
    this.#stream = stream
    this.#receiving = receiving
    this.#limits = limits
    this.#gate = gate
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

  async #end(): Promise<Reply | null> {
    const refusal = this.#refusal ?? this.#judge()
    if (refusal) {
      this.#refuse(refusal)
      return refusal
    }
    const asked = this.#gate(this.#scan)
    // most are taken at once, within the turn in which the final dot came
    const decision = asked instanceof Promise ? await asked : (asked ?? take)
    if (decision.kind === 'take') return this.#take()
    if (decision.kind === 'refuse') {
      this.#refuse(decision.reply)
      return decision.reply
    }
    if (decision.keep) await this.#take()
    else this.#refuse(notKept)
    decision.after()
    return null
  }

  async #take(): Promise<Reply> {
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
