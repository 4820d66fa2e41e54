/**
 * The header section of a message as octets (RFC 5322 2.2): split into fields, nothing changed, nothing decoded; and the
 * values of fields as texts.
 * A line ends with CRLF and nothing else: a bare LF or CR is an octet of the line.
 */

export interface HeaderField {
  /** The field's name as it stands there. */
  readonly name: string
  /** All of the field, folded lines and the last CRLF included. */
  readonly raw: Uint8Array
  /** Octets before the field. */
  readonly start: number
}

/** Octets of a header that are read of what others sent: who sends a larger one holds up all others meanwhile. */
export const largestHeader = 4_000_000

export interface Header {
  readonly fields: readonly HeaderField[]
  /** Where the header ends: offset of the empty line, of the first line that is no field, or of the end. */
  readonly end: number
}

const CR = 13
const LF = 10
const SPACE = 32
const TAB = 9
const COLON = 58

/** The offset after the CRLF that ends the line which starts at `from`; the length where no CRLF follows. */
export function endOfLine(octets: Uint8Array, from: number): number {
  let at = octets.indexOf(LF, from)
  while (at !== -1) {
    if (at > from && octets[at - 1] === CR) return at + 1
    at = octets.indexOf(LF, at + 1)
  }
  return octets.length
}

/**
 * Length of the field name at `from`; 0 where no field begins there.
 * RFC 5322 2.2: printable US-ASCII but the colon; 4.5 (obsolete) allows blanks before the colon.
 */
export function fieldNameLength(octets: Uint8Array, from: number): number {
  let at = from
  while (isFieldNameOctet(octets[at])) at++
  const length = at - from
  while (octets[at] === SPACE || octets[at] === TAB) at++
  return octets[at] === COLON ? length : 0
}

function isFieldNameOctet(octet: number | undefined): boolean {
  return octet !== undefined && octet > SPACE && octet < 127 && octet !== COLON
}

export function splitHeader(octets: Uint8Array): Header {
  const fields: HeaderField[] = []
  let at = 0
  while (at < octets.length) {
    const nameLength = fieldNameLength(octets, at)
    if (nameLength === 0) break
    let end = endOfLine(octets, at)
    while (octets[end] === SPACE || octets[end] === TAB) end = endOfLine(octets, end)
    const name = Buffer.from(octets.buffer, octets.byteOffset + at, nameLength).toString('latin1')
    fields.push({ name, raw: octets.subarray(at, end), start: at })
    at = end
  }
  return { fields, end: at }
}

/**
 * The header as far as its first 4 MB go. `isCut`: it goes on behind them. A field that does not end in them is left out.
 */
export function splitLargeHeader(octets: Uint8Array): { readonly header: Header; readonly isCut: boolean } {
  const header = splitHeader(octets.subarray(0, largestHeader))
  const { fields, end } = header
  if (octets.length <= largestHeader) return { header, isCut: false }
  // a name may be cut before its colon
  if (end < largestHeader) return { header, isCut: fieldNameLength(octets, end) > 0 }
  const whole = fields.slice(0, -1)
  return { header: { fields: whole, end: fields.at(-1)?.start ?? 0 }, isCut: true }
}

export function isField(field: HeaderField, name: string): boolean {
  return field.name.toLowerCase() === name.toLowerCase()
}

/** The values of all fields of that name, unfolded (RFC 5322 2.2.3), as UTF-8 (RFC 6532 3.2), without blanks around. */
export function valuesOf({ fields }: Header, name: string): string[] {
  return fields
    .filter(field => isField(field, name))
    .map(({ raw }) => {
      const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString()
      return text
        .slice(text.indexOf(':') + 1)
        .replaceAll('\r\n', '')
        .trim()
    })
}
