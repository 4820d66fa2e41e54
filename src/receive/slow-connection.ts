/**
 * A connection that can be made to wait: a delay, a stall and slow reading end with the session, leave no timer, and
 * keep no chain from stopping. The idle time is the client's: it does not count meanwhile.
 */
import type { Reply } from '../mail/reply.js'
import { Connection } from './connection.js'
import { Hold } from './hold.js'
import { Input } from './input.js'

export abstract class SlowConnection extends Connection {
  readonly #hold = new Hold()
  #isStalled = false
  #isStopping = false

  protected get isOver(): boolean {
    return this._closing || this._closed
  }

  get #input(): Input | null {
    return this._parser instanceof Input ? this._parser : null
  }

  /** Calls `goOn` once, after so long; before that where the chain stops or the session ends. */
  protected delay(ms: number, goOn: () => void): void {
    if (this.#isStopping) goOn()
    else this.#hold.start(ms, goOn)
  }

  /** Nothing is said, and nothing of what the client sends is heard, until it goes or the session's time is over. */
  protected stall(): void {
    if (this.#isStopping) {
      this.close()
      return
    }
    this.#isStalled = true
    if (this._parser) this._socket.unpipe(this._parser)
    this._socket.once('end', () => this._socket.destroy())
    if (this._socket.readableEnded) this._socket.destroy()
    // a socket that is not read never tells that the client has gone
    else this._socket.resume()
  }

  /** From here on the session is read no faster than this. */
  protected throttle(octetsPerSecond: number): void {
    if (this.#input) this.#input.pace.rate = this.#isStopping ? Number.POSITIVE_INFINITY : octetsPerSecond
  }

  /** Ends all waiting, now and from now on: the chain is about to stop, and its MTAs wait for one another. */
  hurry(): void {
    this.#isStopping = true
    this.throttle(Number.POSITIVE_INFINITY)
    this.#hold.end()
    if (this.#isStalled) this.cut()
  }

  override drain(): void {
    super.drain()
    this.hurry()
  }

  protected override end(word: Reply): void {
    super.end(word)
    this.#hold.end()
  }

  override close(): void {
    super.close()
    this.#input?.pace.stop()
  }

  override _onClose(): void {
    this.#input?.pace.stop()
    super._onClose()
    this.#hold.end()
  }

  override _onTimeout(): void {
    const isOurs = this.#hold.isHeld || this.#isStalled || this.#input?.pace.isWaiting === true
    if (isOurs && !this.isOver) this._armTimeout()
    else super._onTimeout()
  }
}
