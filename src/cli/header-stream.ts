/**
 * The headers of the messages in a stream of octets, one after the other, in memory that does not grow with it: of an
 * mbox each message's, of anything else the one. Fails with whatever the stream fails with.
 */

import { isSeparator } from './mbox.js'

export interface HeaderPiece {
  /** The header's octets as they stand there, the empty line that ends it included. */
  readonly content: Buffer
  /** True where the header was longer than what is kept of one: fields at its end are missing. */
  readonly isCut: boolean
}

/** What is kept of one header. */
const maxHeader = 2_000_000
/** A longer line does not part messages. */
const maxSeparator = 4_096

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const opening = Buffer.from('From ')
const inBody = Buffer.from('\nFrom ')

/** Ends behind the header where the stream is no mbox, and leaves the rest of it unread. */
export async function* headersIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<HeaderPiece> {
  const scan = new HeaderScan()
  for await (const chunk of chunks) {
    yield* scan.take(chunk)
    if (scan.isDone) return
  }
  yield* scan.end()
}

class HeaderScan {
  /** Null until the first octets tell. */
  #isMbox: boolean | null = null
  #place: 'opening' | 'header' | 'body' = 'header'
  /** What could not be judged yet. */
  #rest: Buffer = Buffer.alloc(0)
  #header = new HeaderOctets()
  /** True where what comes next stands right behind the empty line that ends a header. */
  #isBodyStart = false

  /** True once nothing that follows matters. */
  get isDone(): boolean {
    return this.#isMbox === false && this.#place === 'body'
  }

  *take(chunk: Buffer): Generator<HeaderPiece> {
    let octets = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    if (this.#isMbox === null && octets.length >= opening.length) {
      this.#isMbox = octets.indexOf(opening) === 0
      if (this.#isMbox) this.#place = 'opening'
    }
    let before = this.#isMbox === null ? octets.length : Number.POSITIVE_INFINITY
    // until nothing more can be told without the octets that follow
    while (octets.length > 0 && octets.length < before && !this.isDone) {
      before = octets.length
      octets = yield* this.#step(octets)
    }
    this.#rest = Buffer.from(octets)
  }

  /** The last header, where the stream ends in one. */
  *end(): Generator<HeaderPiece> {
    if (this.#place === 'body') return
    if (this.#place === 'header') this.#header.add(this.#rest)
    yield this.#header.piece()
  }

  /** Returns what is left. */
  *#step(octets: Buffer): Generator<HeaderPiece, Buffer> {
    if (this.#place === 'header') return yield* this.#readHeader(octets)
    return this.#place === 'body' ? this.#skipBody(octets) : this.#skipOpening(octets)
  }

  /** The first line of an mbox, whatever it holds. */
  #skipOpening(octets: Buffer): Buffer {
    const end = octets.indexOf(LF) + 1
    if (end > 0) this.#place = 'header'
    return octets.subarray(end > 0 ? end : octets.length)
  }

  *#readHeader(octets: Buffer): Generator<HeaderPiece, Buffer> {
    let at = 0
    while (at < octets.length) {
      const end = octets.indexOf(LF, at) + 1
      // a CR whose LF is not there yet may be an empty line
      if (end === 0 && this.#header.isAtLineStart && octets.length - at < 2) return octets.subarray(at)
      const line = octets.subarray(at, end > 0 ? end : octets.length)
      const isEnd = this.#header.isEndedBy(line)
      this.#header.add(line)
      at += line.length
      if (isEnd) {
        yield this.#header.piece()
        this.#header = new HeaderOctets()
        this.#place = 'body'
        this.#isBodyStart = true
        // with the last line end: a separator may stand right behind it
        return octets.subarray(at - 1)
      }
    }
    return octets.subarray(at)
  }

  /** `at`: of the line end before the line. */
  #isBehindEmptyLine(octets: Buffer, at: number): boolean {
    if (at === 0) return this.#isBodyStart
    return octets[at - 1] === LF || (octets[at - 1] === CR && (at === 1 ? this.#isBodyStart : octets[at - 2] === LF))
  }

  #keepFrom(octets: Buffer, at: number): Buffer {
    if (at > 0) this.#isBodyStart = false
    return octets.subarray(Math.max(0, at))
  }

  #skipBody(octets: Buffer): Buffer {
    for (let at = octets.indexOf(inBody); at !== -1; at = octets.indexOf(inBody, at + 1)) {
      if (!this.#isBehindEmptyLine(octets, at)) continue
      const end = octets.indexOf(LF, at + 1) + 1
      if (end === 0 && octets.length - at < maxSeparator) return this.#keepFrom(octets, at - 2)
      if (end === 0 || !isSeparatorLine(octets.subarray(at + 1, end))) continue
      this.#place = 'header'
      return octets.subarray(end)
    }
    return this.#keepFrom(octets, octets.length - inBody.length - 1)
  }
}

function isSeparatorLine(line: Buffer): boolean {
  return line.length < maxSeparator && isSeparator(line.toString('latin1'))
}

/** A header as it comes, line by line or in parts of lines. */
class HeaderOctets {
  readonly #kept: Buffer[] = []
  #length = 0
  /** Where the last field begins. */
  #lastField = 0
  #isCut = false
  #hasCrlf = false
  isAtLineStart = true

  add(part: Buffer): void {
    if (this.#length + part.length > maxHeader) this.#isCut = true
    if (!this.#isCut) {
      if (this.isAtLineStart && !isBlank(part[0])) this.#lastField = this.#length
      this.#kept.push(part)
      this.#length += part.length
    }
    this.isAtLineStart = part.at(-1) === LF
    if (this.isAtLineStart && part.at(-2) === CR) this.#hasCrlf = true
  }

  // RFC 5321 2.3.8: where lines end with CRLF, a bare LF is an octet of its line
  isEndedBy(line: Buffer): boolean {
    if (!this.isAtLineStart) return false
    return line.length === 1 ? line[0] === LF && !this.#hasCrlf : line.length === 2 && line[0] === CR && line[1] === LF
  }

  piece(): HeaderPiece {
    const content = Buffer.concat(this.#kept)
    return this.#isCut ? { content: content.subarray(0, this.#lastField), isCut: true } : { content, isCut: false }
  }
}

function isBlank(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB
}
