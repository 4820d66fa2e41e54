/**
 * Text of anybody's as lines of a report: whatever it holds, it stays in its place, and no line is too long.
 */

/** RFC 5322 2.1.1: lines should have no more than 78 octets. */
const goodLength = 78
/** RFC 5322 2.1.1: must have no more than 998; with the blank before it a piece of a word stays below. */
const longestWord = 900

/** One line's text: control characters, and what is no US-ASCII where that must not be, become "?". */
export function tame(text: string, utf8: boolean): string {
  const controlled = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, '?')
  return utf8 ? controlled : controlled.replace(/[^ -~]/gu, '?')
}

/** Cut at blanks; every line but the first begins with `indent`, the first as the text does. */
export function wrap(text: string, indent: string): string[] {
  const start = text.search(/[^ ]|$/)
  const [first = '', ...words] = text.slice(start).split(' ').flatMap(pieces)
  const lines: string[] = []
  let line = text.slice(0, start) + first
  for (const word of words) {
    const longer = `${line} ${word}`
    if (Buffer.byteLength(longer) > goodLength) {
      lines.push(line)
      line = indent + word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

function pieces(word: string): string[] {
  if (Buffer.byteLength(word) <= longestWord) return [word]
  const all: string[] = []
  let piece = ''
  for (const character of word) {
    if (Buffer.byteLength(piece) + Buffer.byteLength(character) > longestWord) {
      all.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...all, piece]
}

/** A header field, folded. */
export function field(name: string, value: string, utf8: boolean): string {
  return wrap(`${name}: ${tame(value, utf8)}`, ' ').join('\r\n')
}

/** RFC 5322 3.3, in UTC. */
export function formatDate(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000')
}
