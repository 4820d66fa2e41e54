/**
 * The attempts at a hop told for people in a terminal, each with its SMTP dialogue. What was said or explained before is
 * told in short.
 */
import { say } from './say.js'
import { spokenLine, type Telling } from './line.js'
import { count } from '../quantities.js'
import type { Attempt, Dialogue, Line } from '../story/types.js'
import { failureOf, rulesOf } from '../story/words.js'

/** Where lines of a long dialogue were left out, so many stand behind the gap. */
const linesBehind = 20

/** `left`: attempts that are left out in the middle. */
export function explainAttempts(attempts: readonly Attempt[], left: number, telling: Telling): string[] {
  const runs = alike(attempts)
  const half = left > 0 ? Math.ceil(attempts.length / 2) : -1
  let told = 0
  return runs.flatMap(run => {
    const before = told
    told += run.length
    // a run that reaches across the gap says so by its numbers
    const isGap = told === half
    const [first, ...others] = run
    if (!first) return []
    return [
      ...explainAttempt(first, before > 0, telling),
      ...(others.length === 0 ? [] : sameLine(others, telling)),
      ...(isGap ? say(`and ${count(left, 'attempt')} more`, 4, telling.columns, telling.style.dim) : []),
    ]
  })
}

/** Attempts after one another that ended with the same words. */
function alike(attempts: readonly Attempt[]): Attempt[][] {
  const runs: Attempt[][] = []
  for (const attempt of attempts) {
    const run = runs.at(-1)
    if (run?.[0] && failureOf(attempt) !== null && keyOf(run[0]) === keyOf(attempt)) run.push(attempt)
    else runs.push([attempt])
  }
  return runs
}

function keyOf({ number, answers, rules }: Attempt): string {
  return JSON.stringify([number === null, answers, rules])
}

function sameLine(others: readonly Attempt[], { style, columns }: Telling): string[] {
  const [first, last] = [others[0], others.at(-1)]
  const when = first === last ? timeOf(first) : `${timeOf(first)} to ${timeOf(last)}`
  const numbers = first === last ? `attempt ${first?.number ?? ''}` : `attempts ${first?.number} to ${last?.number}`
  return say(
    `${when} ${first?.number === null ? 'no attempt either' : `${numbers}: the same`}`,
    4,
    columns,
    style.yellow,
  )
}

function timeOf(attempt: Attempt | undefined): string {
  return attempt?.time.slice(11, 19) ?? ''
}

/** `isAgain`: others were told before it. */
function explainAttempt(attempt: Attempt, isAgain: boolean, telling: Telling): string[] {
  const { style, columns, withDialogues } = telling
  const { number, time, nextAttemptAt, dialogues } = attempt
  const rules = rulesOf(attempt)
  const failure = failureOf(attempt)
  if (failure === null) {
    if (!withDialogues) return []
    const again =
      isAgain && number !== null ? say(`${time.slice(11, 19)} attempt ${number}:`, 4, columns, style.green) : []
    if (dialogues.length === 0) return say('What was said is not kept any more.', 6, columns, style.dim)
    return [...again, ...dialogues.flatMap(dialogue => dialogueLines(dialogue, telling))]
  }
  const what = number === null ? 'no attempt, the next MTA was left alone' : `attempt ${number}`
  const rule = rules === '' ? '' : ` (${rules})`
  const next = nextAttemptAt === null ? '' : `, next at ${nextAttemptAt.slice(11, 19)}`
  const head = say(`${time.slice(11, 19)} ${what}: ${failure}${rule}${next}`, 4, columns, style.yellow)
  return [...head, ...dialogues.flatMap(dialogue => dialogueLines(dialogue, telling))]
}

function dialogueLines({ connection, opening, lines, left }: Dialogue, telling: Telling): string[] {
  const { style, columns } = telling
  const kept = connection === 'kept' ? say('on a connection that was open from before:', 6, columns, style.dim) : []
  const cut = left > 0 ? lines.length - linesBehind : lines.length
  const middle = left > 0 ? say(`(${count(left, 'line')} more)`, 9, columns, style.dim) : []
  const tell = (line: Line): string[] => spokenLine(line, telling)
  return [
    ...kept,
    ...(connection === 'new' ? openingLines(opening, telling) : []),
    ...lines.slice(0, cut).flatMap(tell),
    ...middle,
    ...lines.slice(cut).flatMap(tell),
  ]
}

/** What a server offers is told once in full: in a chain all offer much the same. */
function openingLines(opening: readonly Line[], telling: Telling): string[] {
  const offers = opening.filter(isOffer)
  const told = offers.map(({ text }) => text.slice(4)).join(', ')
  const isKnown = offers.length > 1 && telling.heard.has(told)
  telling.heard.add(told)
  return opening.flatMap((line): string[] => {
    if (!isKnown || !isOffer(line)) return spokenLine(line, telling)
    if (line !== offers[0]) return []
    return spokenLine({ ...line, text: `250 … and offers the same as the one before`, hint: null }, telling)
  })
}

/** RFC 5321 4.1.1.1: the lines behind the first one, which has the server's name. */
function isOffer({ from, text }: Line): boolean {
  return from === 'server' && /^250[ -][A-Z0-9]+(?: |$)/.test(text)
}
