/**
 * Text in the columns of a terminal, and text from messages made safe for it.
 */

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

// C0, DEL, C1 and what changes the direction of the text after it
const unsafe = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/** Text from a message, safe on a terminal and on one line: control characters are shown, not sent. */
export function printable(text: string): string {
  return text.replace(unsafe, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** JSON in which no character is one that a terminal would act upon. */
export function printableJson(json: string): string {
  return json.replace(unsafe, character => {
    return character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** "127.0.0.11:2525", "[::1]:2525". */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
