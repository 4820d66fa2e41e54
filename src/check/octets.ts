/**
 * A message's octets, and as text.
 */

/**
 * The octets to judge: text as UTF-8; and a message that has LF for every line end, as Unix tools save it, with CRLF
 * instead, as it was carried (RFC 5321 2.3.8).
 */
export function octetsOf(content: Uint8Array | string): Uint8Array {
  const octets =
    typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.length)
  if (octets.includes('\r\n')) return octets
  return Buffer.from(octets.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

export function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
}
