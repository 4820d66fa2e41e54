/**
 * Octets as quoted-printable (RFC 2045 6.7): US-ASCII in short lines, from which the same octets come back.
 */

/** RFC 2045 6.7 (5): no line has more than 76 characters, the "=" at its end included. */
const longestLine = 76

export function quotedPrintable(octets: Uint8Array): Buffer {
  const lines = Buffer.from(octets).toString('latin1').split('\r\n')
  return Buffer.from(lines.flatMap(encodeLine).join('\r\n'), 'latin1')
}

function encodeLine(text: string): string[] {
  const lines: string[] = []
  let line = ''
  // RFC 2045 6.7 (3): a blank at the end of a line is encoded; a bare CR or LF is no line end
  for (const [character] of text.matchAll(/[^]/g)) {
    const encoded = /[!-<>-~ \t]/.test(character) ? character : escaped(character)
    if (line.length + encoded.length >= longestLine) {
      lines.push(`${line}=`)
      line = ''
    }
    line += encoded
  }
  return [...lines, line.replace(/[ \t]$/, escaped)]
}

function escaped(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
