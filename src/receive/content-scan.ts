/**
 * What an MTA must know of a message's octets while they stream by, found in one pass: line ends (RFC 5321 2.3.8),
 * 8-bit octets (RFC 6152), and what its header says.
 */
import { HeaderScan } from './header-scan.js'
import type { ContentFacts } from './transaction.js'

const NUL = 0
const LF = 10
const CR = 13

export class ContentScan implements ContentFacts {
  /** Octets so far. */
  size = 0
  eightBit = false
  readonly #header = new HeaderScan()
  #bare = false
  #previous = NUL

  write(chunk: Uint8Array): void {
    for (let at = 0; !this.#header.over && at < chunk.length; at++) this.#header.write(chunk[at] ?? NUL)
    let previous = this.#previous
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at] ?? NUL
      if (octet <= CR || previous === CR) this.#control(previous, octet)
      if (octet > 127) this.eightBit = true
      previous = octet
    }
    this.#previous = previous
    this.size += chunk.length
  }

  /** Received fields of the header so far. */
  get receivedFields(): number {
    return this.#header.receivedFields
  }

  /** True where the header so far is not US-ASCII: it is UTF-8, or else no header at all (RFC 6532 3). */
  get utf8Header(): boolean {
    return this.#header.eightBit
  }

  /** True where a NUL, or a CR or LF that is no part of CRLF, was there; asked once all octets have passed. */
  get hasBareOctets(): boolean {
    return this.#bare || this.#previous === CR
  }

  /** True where the content begins with a field, an empty line, or has no octet at all. */
  get beginsWithFieldOrEmptyLine(): boolean {
    return this.size === 0 || this.#header.begins === 'field' || this.#header.begins === 'empty line'
  }

  #control(previous: number, octet: number): void {
    if (octet === NUL || (octet === LF) !== (previous === CR)) this.#bare = true
  }
}
