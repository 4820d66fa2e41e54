/**
 * Writes a content to a socket: dots at the start of a line doubled, the final dot behind it (RFC 5321 4.5.2), all
 * other octets as they are. The final dot is sent only after exactly the announced number of octets: with more or
 * fewer the stream fails, and what was sent is no message.
 */
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'

const dot = 46
const finalDot = Buffer.from('.\r\n')

type Done = (error?: Error | null) => void

export class ContentStream extends Writable {
  readonly #socket: Socket
  readonly #size: number
  readonly #stuffing = new DotStuffing()
  #held: Buffer | null = null
  #written = 0

  constructor(socket: Socket, size: number) {
    super()
    this.#socket = socket
    this.#size = size
  }

  /** The last piece waits for what follows it, so that the final dot leaves in the same write. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#written += chunk.length
    if (this.#written > this.#size) {
      done(new Error(`the content has more than ${this.#size} octets`))
      return
    }
    const held = this.#held
    this.#held = this.#stuffing.stuff(chunk)
    if (held === null) done()
    else this.#socket.write(held, done)
  }

  override _final(done: Done): void {
    if (this.#written !== this.#size) {
      done(new Error(`the content has ${this.#written} octets, there should be ${this.#size}`))
      return
    }
    const socket = this.#socket
    socket.cork()
    if (this.#held) socket.write(this.#held)
    if (!this.#stuffing.isAtLineStart) socket.write('\r\n')
    socket.write(finalDot)
    socket.uncork()
    done()
  }
}

class DotStuffing {
  /** The last octets that went by, two at most; a content begins at the start of a line. */
  #tail = '\r\n'

  get isAtLineStart(): boolean {
    return this.#tail === '\r\n'
  }

  stuff(chunk: Buffer): Buffer {
    const dots = this.#dotsAtLineStart(chunk)
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(chunk.length - 2, 0))).slice(-2)
    if (dots.length === 0) return chunk
    const stuffed = Buffer.allocUnsafe(chunk.length + dots.length)
    let from = 0
    dots.forEach((at, before) => {
      chunk.copy(stuffed, from + before, from, at)
      stuffed[at + before] = dot
      from = at
    })
    chunk.copy(stuffed, from + dots.length, from)
    return stuffed
  }

  #dotsAtLineStart(chunk: Buffer): number[] {
    const dots: number[] = []
    if (this.#tail === '\r\n' && chunk[0] === dot) dots.push(0)
    if (this.#tail.endsWith('\r') && chunk.toString('latin1', 0, 2) === '\n.') dots.push(1)
    for (let at = chunk.indexOf('\r\n.'); at !== -1; at = chunk.indexOf('\r\n.', at + 3)) dots.push(at + 2)
    return dots
  }
}
