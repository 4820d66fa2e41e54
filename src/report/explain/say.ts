/**
 * Sentences for a terminal: made safe, wrapped, indented.
 */
import { quoted } from '../text.js'
import { wrap } from '../wrap.js'

/** A name or a reply may be as long as somebody likes: of a sentence this much is shown. */
const longest = 900
/** Narrower is not read any more. */
const narrowest = 30

export type Paint = (line: string) => string

/** The last column stays free: some terminals go to the next line once it is written. */
export function say(text: string, indent: number, columns: number, paint: Paint = line => line): string[] {
  const room = Math.max(narrowest, columns - indent - 1)
  return wrap(quoted(text, longest), room).map(line => ' '.repeat(indent) + paint(line))
}

/** A sentence behind a mark. */
export function sayMarked(mark: string, text: string, indent: number, columns: number): string[] {
  return say(text, indent + 2, columns).map((line, at) =>
    at === 0 ? `${' '.repeat(indent)}${mark} ${line.trimStart()}` : line,
  )
}
