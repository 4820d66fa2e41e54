/**
 * The attempts at a hop told for people in a terminal, each with its SMTP dialogue.
 */
import { say } from './explain-say.js'
import { count } from './quantities.js'
import type { Style } from './style.js'
import type { Attempt, Dialogue, Line } from './story-types.js'
import { printable, shorten, width } from './text.js'

export interface Telling {
  readonly style: Style
  /** How wide the terminal is. */
  readonly columns: number
  /** False: where all went well, what was said is left out. */
  readonly withDialogues: boolean
}

/** `left`: attempts that are left out in the middle. */
export function explainAttempts(attempts: readonly Attempt[], left: number, telling: Telling): string[] {
  const half = Math.ceil(attempts.length / 2)
  const alike = new Set<string>()
  return attempts.flatMap((attempt, at) => {
    const gap = left > 0 && at === half ? say(`${count(left, 'attempt')} more like these`, 4, telling.columns) : []
    // the same refusal ten times is read once
    const key = keyOf(attempt)
    const isNew = !alike.has(key)
    alike.add(key)
    return [...gap, ...explainAttempt(attempt, isNew, telling)]
  })
}

function keyOf({ answers, dialogues }: Attempt): string {
  const said = dialogues.flatMap(({ lines }) => lines.map(({ text }) => text))
  return JSON.stringify([answers.map(answer => answer.said), said])
}

function explainAttempt(attempt: Attempt, isNew: boolean, telling: Telling): string[] {
  const { style, columns, withDialogues } = telling
  const { answers, dialogues } = attempt
  const hasFailed = answers.length === 0 || answers.some(({ kind }) => kind !== 'taken')
  const head = hasFailed ? failureLines(attempt, telling) : []
  if (!withDialogues && !hasFailed) return head
  if (!isNew) return [...head, ...say('with the same words as before', 6, columns, style.dim)]
  if (dialogues.length === 0 && !hasFailed) return say('What was said is not kept any more.', 4, columns, style.dim)
  return [...head, ...dialogues.flatMap(dialogue => dialogueLines(dialogue, telling))]
}

function failureLines({ number, time, answers, rules, nextAttemptAt }: Attempt, { style, columns }: Telling): string[] {
  const failed = answers.filter(({ kind }) => kind !== 'taken')
  const said = failed.map(answer => answer.said).join('; ') || 'no end of it is known'
  const what = number === null ? 'No attempt, the next MTA was left alone' : `Attempt ${number}`
  const rule = rules.length === 0 ? '' : ` (rule ${rules.join('; ')})`
  const next = nextAttemptAt === null ? '' : `, next at ${nextAttemptAt.slice(11, 19)}`
  return say(`${time.slice(11, 19)} ${what}: ${said}${rule}${next}`, 4, columns, style.yellow)
}

function dialogueLines({ connection, opening, lines, left }: Dialogue, telling: Telling): string[] {
  const isNew = connection === 'new'
  const kept = connection === 'kept' ? 'on a connection that was kept open from a message before' : null
  const lead = kept === null ? [] : say(kept, 6, telling.columns, telling.style.dim)
  const middle = left > 0 ? say(`(${count(left, 'line')} more)`, 9, telling.columns, telling.style.dim) : []
  const cut = left > 0 ? lines.length - 20 : lines.length
  return [
    ...lead,
    ...(isNew ? opening.flatMap(line => spokenLine(line, telling)) : []),
    ...lines.slice(0, cut).flatMap(line => spokenLine(line, telling)),
    ...middle,
    ...lines.slice(cut).flatMap(line => spokenLine(line, telling)),
  ]
}

const longestLine = 400

function spokenLine({ from, text, hint }: Line, { style, columns }: Telling): string[] {
  const paint = { client: style.cyan, server: /^[45]/.test(text) ? style.red : style.green, event: style.yellow }[from]
  const who = { client: 'C:', server: 'S:', event: ' !' }[from]
  const said = say(shorten(printable(text), longestLine), 9, columns, paint)
  const lines = said.map((line, at) => (at === 0 ? `      ${paint(who)} ${line.trimStart()}` : line))
  if (hint === null) return lines
  const last = lines.at(-1) ?? ''
  const note = `  ← ${hint}`
  // behind the line where there is room, below it else
  const room = columns - 1 - 9 - width(shorten(printable(text), longestLine))
  if (lines.length === 1 && width(note) <= room) return [`${last}${style.dim(note)}`]
  return [...lines, ...say(`↳ ${hint}`, 11, columns, style.dim)]
}
