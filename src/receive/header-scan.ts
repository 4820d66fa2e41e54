/**
 * A message's header section read octet by octet while it streams by: how it begins, how many Received fields it has
 * (RFC 5321 6.3), and whether it is US-ASCII. It ends where `splitHeader` ends it: at the empty line, or at the first line that is no field.
 */

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58
const received = Buffer.from('received')

type Place = 'start of line' | 'name' | 'blank after name' | 'in field'

export class HeaderScan {
  receivedFields = 0
  /** An octet above 127 was in a field. */
  eightBit = false
  /** What the content begins with; null while that is not known yet. */
  begins: 'field' | 'empty line' | 'text' | null = null
  /** The header has ended. */
  over = false
  #place: Place = 'start of line'
  #previous = 0
  #nameLength = 0
  #matched = 0

  write(octet: number): void {
    if (this.#place === 'in field') this.#inField(octet)
    else if (this.#place === 'start of line') this.#startLine(octet)
    else this.#inName(octet)
    this.#previous = octet
  }

  #startLine(octet: number): void {
    // RFC 5322 2.2.3: a line that begins with a blank goes on with the field before it
    if (isBlank(octet) && this.begins !== null) this.#place = 'in field'
    else if (!isNameOctet(octet)) this.#end(octet)
    else {
      this.#place = 'name'
      this.#nameLength = 0
      this.#matched = 0
      this.#name(octet)
    }
  }

  #inName(octet: number): void {
    if (octet === COLON) this.#field()
    // RFC 5322 4.5: the obsolete syntax has blanks before the colon
    else if (isBlank(octet)) this.#place = 'blank after name'
    else if (this.#place === 'name' && isNameOctet(octet)) this.#name(octet)
    else this.#end(octet)
  }

  #name(octet: number): void {
    if (received[this.#nameLength] === lower(octet)) this.#matched++
    this.#nameLength++
  }

  #field(): void {
    this.begins ??= 'field'
    this.#place = 'in field'
    if (this.#matched === received.length && this.#nameLength === received.length) this.receivedFields++
  }

  #inField(octet: number): void {
    if (octet > 127) this.eightBit = true
    if (octet === LF && this.#previous === CR) this.#place = 'start of line'
  }

  #end(octet: number): void {
    this.begins ??= this.#place === 'start of line' && octet === CR ? 'empty line' : 'text'
    this.over = true
  }
}

function isBlank(octet: number): boolean {
  return octet === SPACE || octet === TAB
}

// RFC 5322 2.2: a field name is printable US-ASCII but the colon
function isNameOctet(octet: number): boolean {
  return octet > SPACE && octet < 127 && octet !== COLON
}

function lower(octet: number): number {
  return octet >= 65 && octet <= 90 ? octet + 32 : octet
}
