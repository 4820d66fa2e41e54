/**
 * The content as it goes over the wire, freed of its dots (RFC 5321 4.5.2), and its end found: CRLF.CRLF and nothing
 * else (4.1.1.4), however it is cut into chunks. A bare CR or LF is an octet of its line.
 */

const LF = 10
const CR = 13
const DOT = 46
const carriageReturn = Buffer.of(CR)

type Place = 'start of line' | 'in line' | 'after CR' | 'after dot' | 'after dot and CR'

export interface Unstuffed {
  /** What the chunk adds to the content. */
  readonly content: Buffer
  /** What comes after the final dot; null while there was none. */
  readonly rest: Buffer | null
}

export class DotUnstuffing {
  #place: Place = 'start of line'

  /** The content takes the chunk's place: the chunk is written over. */
  write(chunk: Buffer): Unstuffed {
    if (chunk.length === 0) return { content: chunk, rest: null }
    // a CR held back, as it could have been the final dot's, is content after all
    const held = this.#place === 'after dot and CR' && chunk[0] !== LF ? carriageReturn : null
    let length = 0
    let from = 0
    for (let at = this.#next(chunk, 0); at < chunk.length; at = this.#next(chunk, at + 1)) {
      const before = this.#place
      const octet = chunk[at] ?? 0
      if (before === 'after dot and CR' && octet === LF) {
        return { content: withHeld(held, chunk.subarray(0, length)), rest: chunk.subarray(at + 1) }
      }
      this.#place = follow(before, octet)
      if (this.#place === 'after dot') {
        // RFC 5321 4.5.2: the dot that begins a line is deleted
        chunk.copyWithin(length, from, at)
        length += at - from
        from = at + 1
      }
    }
    const end = this.#place === 'after dot and CR' ? chunk.length - 1 : chunk.length
    chunk.copyWithin(length, from, end)
    return { content: withHeld(held, chunk.subarray(0, length + end - from)), rest: null }
  }

  /** Where the next octet stands that matters. */
  #next(chunk: Buffer, at: number): number {
    if (this.#place !== 'in line') return at
    const end = chunk.indexOf(CR, at)
    return end === -1 ? chunk.length : end
  }
}

function follow(place: Place, octet: number): Place {
  if (octet === DOT && place === 'start of line') return 'after dot'
  if (octet === CR) return place === 'after dot' ? 'after dot and CR' : 'after CR'
  return octet === LF && place === 'after CR' ? 'start of line' : 'in line'
}

function withHeld(held: Buffer | null, content: Buffer): Buffer {
  return held ? Buffer.concat([held, content]) : content
}
