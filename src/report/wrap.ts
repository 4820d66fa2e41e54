/**
 * Text broken into lines.
 */
import { width } from './text.js'

/** Lines of at most so many columns, broken at blanks, or inside a word that is longer than a line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap(part => pieces(part, columns))) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function pieces(word: string, columns: number): string[] {
  if (width(word) <= columns) return [word]
  const cut = Math.max(1, Math.floor(columns / 2))
  const characters = Array.from(word)
  const parts: string[] = []
  for (let at = 0; at < characters.length; at += cut) parts.push(characters.slice(at, at + cut).join(''))
  return parts
}
