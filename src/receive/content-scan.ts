/**
 * What an MTA must know of a message's octets while they stream by, found in one pass:
 * line ends (RFC 5321 2.3.8), Received fields (6.3), 8-bit octets (RFC 6152), and how the content begins.
 */

const NUL = 0
const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58
const received = Buffer.from('received:')

export class ContentScan {
  /** Octets so far. */
  size = 0
  /** Lines of the header that begin with "Received:". */
  receivedFields = 0
  eightBit = false
  #bare = false
  #previous = NUL
  #inHeader = true
  #lineLength = 0
  #matched = 0
  #beginning = new Beginning()

  write(chunk: Uint8Array): void {
    let at = 0
    while (this.#inHeader && at < chunk.length) this.#header(chunk[at++] ?? NUL)
    let previous = this.#previous
    for (; at < chunk.length; at++) {
      const octet = chunk[at] ?? NUL
      if (octet <= CR || previous === CR) this.#control(previous, octet)
      else if (octet > 127) this.eightBit = true
      previous = octet
    }
    this.#previous = previous
    this.size += chunk.length
  }

  /** True where a NUL, or a CR or LF that is no part of CRLF, was there; asked once all octets have passed. */
  get hasBareOctets(): boolean {
    return this.#bare || this.#previous === CR
  }

  /** True where the content begins with a field, an empty line, or has no octet at all. */
  get beginsWithFieldOrEmptyLine(): boolean {
    return this.size === 0 || this.#beginning.is === 'field' || this.#beginning.is === 'empty line'
  }

  #control(previous: number, octet: number): void {
    if (octet === NUL || (octet === LF) !== (previous === CR)) this.#bare = true
    if (octet > 127) this.eightBit = true
  }

  #header(octet: number): void {
    if (octet <= CR || this.#previous === CR) this.#control(this.#previous, octet)
    else if (octet > 127) this.eightBit = true
    this.#previous = octet
    this.#beginning.write(octet)
    if (octet === LF) {
      this.#inHeader = this.#lineLength > 1
      this.#lineLength = 0
      this.#matched = 0
      return
    }
    this.#lineLength++
    if (this.#matched < received.length) this.#matchReceived(octet)
  }

  #matchReceived(octet: number): void {
    const lower = octet >= 65 && octet <= 90 ? octet + 32 : octet
    if (received[this.#matched] === lower) {
      this.#matched++
      if (this.#matched === received.length) this.receivedFields++
      return
    }
    // RFC 5322 4.5: the obsolete syntax has blanks before the colon
    const beforeColon = this.#matched === received.length - 1 && (octet === SPACE || octet === TAB)
    if (!beforeColon) this.#matched = received.length
  }
}

/** Decides from the first octets what a content begins with. */
class Beginning {
  is: 'name' | 'blank after name' | 'field' | 'empty line' | 'text' = 'name'
  #length = 0

  write(octet: number): void {
    if (this.is === 'name') this.is = this.#inName(octet)
    else if (this.is === 'blank after name' && octet !== SPACE && octet !== TAB) this.is = octet === COLON ? 'field' : 'text'
    this.#length++
  }

  // RFC 5322 2.2: a field name is printable US-ASCII but the colon
  #inName(octet: number): Beginning['is'] {
    if (this.#length === 0 && octet === CR) return 'empty line'
    if (this.#length > 0 && octet === COLON) return 'field'
    if (this.#length > 0 && (octet === SPACE || octet === TAB)) return 'blank after name'
    return octet > SPACE && octet < 127 && octet !== COLON ? 'name' : 'text'
  }
}
