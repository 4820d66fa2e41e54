/**
 * Text that a message, a client or a server brings, made safe to print: no character of it is one that a terminal would
 * act upon. Never throws.
 */

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
