/**
 * mbox files (RFC 4155): many messages in one file, each after a line "From somebody date".
 */
import type { MessageFile } from './message-file.js'

const opening = 'From '
const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
/**
 * The line that parts messages, behind an empty one (RFC 4155): its date, as C's asctime writes it, tells it from a
 * sentence. Not every writer has put ">" before those.
 */
const line = String.raw`From [^\r\n]*\b${weekday},? +${month} +\d{1,2} +\d\d?:\d\d(?::\d\d)?(?: +[^\s\d]\S*){0,2} +\d{4}\b[^\r\n]*\r?\n`
const separator = new RegExp(`(?<=(?:^|\\n)\\r?\\n)${line}`)
const wholeLine = new RegExp(`^${line}$`)

/** True for such a line with its end. */
export function isSeparator(text: string): boolean {
  return wholeLine.test(text)
}

/** The messages of an mbox, named file#1, file#2 and so on; a file that is none is the message itself. */
export function splitMbox(file: MessageFile): MessageFile[] {
  const { name, content, place } = file
  if (content.toString('latin1', 0, opening.length) !== opening) return [file]
  const text = content.toString('latin1')
  const messages = text.slice(text.indexOf('\n') + 1).split(separator)
  let read = 0
  return messages.map((message, at) => {
    // below the line that parts it from the one before
    const begins = read + 2
    read += linesIn(message) + 1
    return {
      name: messages.length > 1 ? `${name}#${at + 1}` : name,
      content: Buffer.from(unquote(withoutLastLine(message)), 'latin1'),
      place: place && { ...place, line: begins },
    }
  })
}

function linesIn(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** RFC 4155: an empty line ends each message. */
function withoutLastLine(message: string): string {
  return message.replace(/(\r?\n)\r?\n$/, '$1')
}

/** mboxrd: inside a message ">From " at a line's start was "From ", ">>From " was ">From ". */
function unquote(message: string): string {
  return message.replace(/^>(>*From )/gm, '$1')
}
