/**
 * Text in the columns of a terminal, and text from messages made safe for it.
 */
import { printable } from '../mail/printable.js'

export { printable, printableJson, printableLines } from '../mail/printable.js'

// wide in every terminal: Hangul, CJK with its punctuation, full-width forms, emoji
const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/u
const noColumn = /\p{Mark}|\p{Cf}/u

/** Columns on a terminal: wide characters are counted as two, combining ones as none. */
export function width(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

function columnsOf(character: string): number {
  if (noColumn.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - width(text))) + text
}

/** At most so many columns; what is cut off ends with "…". */
export function shorten(text: string, columns: number): string {
  let used = 0
  let kept = ''
  for (const character of text) {
    used += columnsOf(character)
    // one column is kept for the mark, until it is known that all fits
    if (used > columns) return `${kept}…`
    if (used < columns) kept += character
  }
  return text
}

/** What a message or a caller brings, safe to print in a sentence: at most so many columns. */
export function quoted(text: string, columns: number): string {
  return shorten(printable(text), columns)
}

/** "127.0.0.11:2525", "[::1]:2525". */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
