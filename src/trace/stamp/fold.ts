/**
 * Folding where no program's own way of it is to be kept.
 */

/** RFC 5322 2.1.1: lines should have no more than 78 octets. */
const longest = 78

/** Cuts a clause at its blanks where it is longer than a line (RFC 5322 2.2.3: unfolding gives each blank back). */
export function foldWords(clause: string): string {
  if (Buffer.byteLength(clause) < longest) return clause
  const full: string[] = []
  let line = ''
  for (const word of clause.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    // the blank that begins a continuation line counts
    if (line !== '' && Buffer.byteLength(longer) + 1 > longest) {
      full.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...full, line].join('\r\n ')
}

/** RFC 5322 2.1.1: lines must have no more octets. */
const most = 998

/**
 * Lines as a program cuts them, each with its CRLF; a continuation line brings its own blanks. One that may not be so
 * long is cut all the same.
 */
export function lines(...texts: readonly string[]): string {
  return texts.map(text => `${Buffer.byteLength(text) > most ? foldWords(text) : text}\r\n`).join('')
}
