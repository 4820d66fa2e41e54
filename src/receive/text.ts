/**
 * Command lines as text.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Commands are US-ASCII, or UTF-8 by RFC 6531 3.1; null for anything else. */
export function decodeUtf8(line: Buffer): string | null {
  try {
    return utf8.decode(line)
  } catch {
    return null
  }
}
