/**
 * SMTP's lines end with CRLF (RFC 5321 2.3.8); files saved on Unix have LF alone.
 */

/** A content without a single CR gets its LFs made CRLF; any other is returned as it is. */
export function withCrlf(content: Buffer): Buffer {
  if (content.includes('\r') || !content.includes('\n')) return content
  return Buffer.from(content.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}
