/**
 * mbox files (RFC 4155): many messages in one file, each after a line "From somebody date".
 */
import type { MessageFile } from './message-file.js'

const opening = 'From '
// inside the file a time of day and a year tell such a line from a sentence: not every writer has put ">" before those
const separator = /^From .*\d\d:\d\d.*\d{4}.*\r?\n/m

/** The messages of an mbox, named file#1, file#2 and so on; a file that is none is the message itself. */
export function splitMbox({ name, content }: MessageFile): MessageFile[] {
  if (content.toString('latin1', 0, opening.length) !== opening) return [{ name, content }]
  const text = content.toString('latin1')
  const messages = text.slice(text.indexOf('\n') + 1).split(separator)
  return messages.map((message, at) => ({
    name: messages.length > 1 ? `${name}#${at + 1}` : name,
    content: Buffer.from(unquote(withoutLastLine(message)), 'latin1'),
  }))
}

/** RFC 4155: an empty line ends each message. */
function withoutLastLine(message: string): string {
  return message.replace(/(\r?\n)\r?\n$/, '$1')
}

/** mboxrd: inside a message ">From " at a line's start was "From ", ">>From " was ">From ". */
function unquote(message: string): string {
  return message.replace(/^>(>*From )/gm, '$1')
}
