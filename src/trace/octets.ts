/**
 * A field's octets as text and back: one character for each octet while it is read, UTF-8 only where a value is
 * returned.
 */
import type { ReceivedIssue } from './types.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 where the octets are that, else one character for each octet. */
export function decodeOctets(octets: string): string {
  if (!/[\x80-\xff]/.test(octets)) return octets
  try {
    return utf8.decode(Buffer.from(octets, 'latin1'))
  } catch {
    return octets
  }
}

/** The field's unfolded text (RFC 5322 2.2.3), one character for each octet; bare LF folds as well, NUL is dropped. */
export function unfold(octets: Uint8Array): { readonly text: string; readonly issues: readonly ReceivedIssue[] } {
  const given = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('latin1')
  const kept = given.replaceAll('\0', '')
  const text = withoutLastLineEnd(kept).replace(/\r?\n(?=[ \t])/g, '')
  const issues: ReceivedIssue[] = []
  if (kept.length < given.length) issues.push({ position: 0, message: 'NUL is dropped' })
  const control = text.search(/[\x01-\x08\x0a-\x1f\x7f]/)
  if (control !== -1) issues.push({ position: control, message: 'a control character or a bare line end' })
  const beyond = text.search(/[\x80-\xff]/)
  if (beyond !== -1 && decodeOctets(text) === text)
    issues.push({ position: beyond, message: 'octets that are not UTF-8' })
  return { text, issues }
}

function withoutLastLineEnd(text: string): string {
  if (!text.endsWith('\n')) return text
  return text.slice(0, text.endsWith('\r\n') ? -2 : -1)
}
