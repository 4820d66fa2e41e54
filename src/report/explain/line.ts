/**
 * A line of an SMTP session in a terminal: who said it, in its colour, and a hint where it is heard for the first time.
 */
import { say } from './say.js'
import type { Style } from '../style.js'
import type { Line } from '../story/types.js'
import { quoted, width } from '../text.js'

export interface Telling {
  readonly style: Style
  /** How wide the terminal is. */
  readonly columns: number
  /** False: where all went well, what was said is left out. */
  readonly withDialogues: boolean
  /** Hints and offers that were told before. */
  readonly heard: Set<string>
}

const longest = 400
const indent = 9

export function spokenLine({ from, text, hint }: Line, { style, columns, heard }: Telling): string[] {
  const paint = { client: style.cyan, server: /^[45]/.test(text) ? style.red : style.green, event: style.yellow }[from]
  const who = { client: 'C:', server: 'S:', event: ' !' }[from]
  const shown = quoted(text, longest)
  const lines = say(shown, indent, columns, paint).map((line, at) =>
    at === 0 ? `      ${paint(who)} ${line.trimStart()}` : line,
  )
  if (hint === null || heard.has(hint)) return lines
  heard.add(hint)
  // behind the line where there is room, below it else
  const room = columns - 1 - indent - width(shown) - width('  ← ')
  if (lines.length === 1 && width(hint) <= room) return [`${lines[0] ?? ''}${style.dim(`  ← ${hint}`)}`]
  return [...lines, ...say(`↳ ${hint}`, indent + 2, columns, style.dim)]
}
