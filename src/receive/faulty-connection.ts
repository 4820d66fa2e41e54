/**
 * A connection on which things go wrong where a rule says so. Wire time: a delay or a stall ends with the session, and
 * keeps no chain from stopping.
 */
import type { AskedContent, Effect } from '../fault/ask.js'
import type { Reply } from '../mail/reply.js'
import { Connection } from './connection.js'
import type { Decision } from './content.js'
import type { ContentFacts, Receiving } from './transaction.js'

/** As much of a content as rules see of its header, octets. */
const longestStart = 64 * 1024

export abstract class FaultyConnection extends Connection {
  /** EHLO extensions that are neither offered nor taken. */
  protected hidden: ReadonlySet<string> = new Set()
  #start: Buffer[] = []
  #startLength = 0

  /**
   * Does what the rule wants: `goOn` is what would have been done without it, `refuse` says its reply instead. Neither is
   * called where the session is over, or never answers again.
   */
  protected suffer(effect: Effect | null, goOn: () => void, refuse: (said: Reply) => void): void {
    switch (effect?.kind) {
      case 'reply':
        refuse(effect.reply)
        return
      case 'drop':
      case 'reset':
      case 'stall':
        this.#breakOff(effect.kind)
        return
      case 'delay':
        this.delay(effect.ms, () => {
          if (!this.isOver) goOn()
        })
        return
      case 'throttle':
        this.throttle(effect.rate)
        break
      case 'hide':
        this.hidden = new Set(effect.extensions)
        break
      case undefined:
    }
    goOn()
  }

  /** The same at the final dot. */
  protected decide(effect: Effect | null): Decision | Promise<Decision> | null {
    switch (effect?.kind) {
      case 'reply':
        return { kind: 'refuse', reply: effect.reply }
      case 'drop':
      case 'reset':
      case 'stall': {
        const { kind, keep } = effect
        return { kind: 'silence', keep, after: () => this.#breakOff(kind) }
      }
      case 'delay':
        // a client that goes meanwhile has sent its message all the same (RFC 1047): it is taken
        return new Promise(resolve => this.delay(effect.ms, () => resolve({ kind: 'take' })))
      case 'throttle':
        this.throttle(effect.rate)
        return null
      case 'hide':
      case undefined:
        return null
    }
  }

  #breakOff(how: 'drop' | 'reset' | 'stall'): void {
    if (this.isOver) return
    if (how === 'stall') this.stall()
    else if (how === 'drop') this.close()
    else this._socket.resetAndDestroy()
  }

  /** Keeps the first octets of a content, for `askedContent`. */
  protected withStartKept(receiving: Receiving): Receiving {
    this.#start = []
    this.#startLength = 0
    return {
      write: chunk => {
        if (this.#startLength < longestStart) this.#keep(chunk.subarray(0, longestStart - this.#startLength))
        return receiving.write(chunk)
      },
      take: facts => receiving.take(facts),
      discard: () => receiving.discard(),
    }
  }

  #keep(chunk: Uint8Array): void {
    this.#start.push(Buffer.from(chunk))
    this.#startLength += chunk.length
  }

  protected askedContent({ size }: ContentFacts): AskedContent {
    const start = Buffer.concat(this.#start)
    this.#start = []
    return { size, start }
  }
}
