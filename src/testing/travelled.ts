/**
 * Matchers for the whole way: an exact path, one MTA on it, a pattern.
 */
import { matchesPath, parsePathPattern } from '../check/path-pattern.js'
import { shown } from './asymmetric.js'
import { pair } from './pairing.js'
import { type Against, messageOf } from './mail.js'
import { type HopName, isNamed, requireNames } from './names.js'
import type { Result } from './result.js'
import { inOneLine, listed, notes, type Row, sideBySide } from './side-by-side.js'
import { nameOf, wayOf } from './way.js'

/** From the first hop to the last, none left out. */
export async function toHaveTravelled(mail: unknown, expected: readonly HopName[], against?: Against): Promise<Result> {
  if (!Array.isArray(expected)) throw new TypeError(`expected a list of names, found ${shown(expected)}`)
  const message = await messageOf(mail, against)
  const way = await wayOf(message)
  requireNames(expected, message, way)
  const { hops } = way
  const rows = Array.from({ length: Math.max(expected.length, hops.length) }, (_, at): Row => {
    const name = expected[at]
    return { expected: name === undefined ? null : wordOf(name), found: hops[at] ?? null }
  })
  const first = rows.findIndex(({ found }, at) => {
    const name = expected[at]
    return name === undefined || found === null || !isNamed(name, found)
  })
  const pass = first === -1
  const names = hops.map(nameOf)
  return {
    pass,
    expected: expected.map(wordOf),
    actual: names,
    message: () =>
      pass
        ? `expected ${message.name} not to have travelled ${inOneLine(names)}`
        : [
            `expected ${message.name} to have travelled ${inOneLine(expected.map(wordOf))}`,
            `but it travelled ${inOneLine(names)}`,
            '',
            sideBySide(rows, first),
            ...notes(way),
          ].join('\n'),
  }
}

export async function toHavePassedThrough(mail: unknown, name: HopName, against?: Against): Promise<Result> {
  const message = await messageOf(mail, against)
  const way = await wayOf(message)
  requireNames([name], message, way)
  const at = way.hops.findIndex(hop => isNamed(name, hop))
  const pass = at !== -1
  return {
    pass,
    expected: wordOf(name),
    actual: way.hops.map(nameOf),
    message: () =>
      [
        `expected ${message.name} ${pass ? 'not ' : ''}to have passed through ${wordOf(name)}, its way:`,
        '',
        listed(way, pass ? at : null),
        ...notes(way),
      ].join('\n'),
  }
}

/** `pattern` as "submission > * > mailbox": "?" is one hop, "*" one or more, "**" any number. */
export async function toMatchPath(mail: unknown, pattern: string, against?: Against): Promise<Result> {
  if (typeof pattern !== 'string') throw new TypeError(`expected a path as "a > * > c", found ${shown(pattern)}`)
  const steps = parsePathPattern(pattern)
  const message = await messageOf(mail, against)
  const way = await wayOf(message)
  requireNames(
    steps.flatMap(step => (step.kind === 'hop' ? [step.text] : [])),
    message,
    way,
  )
  const pass = matchesPath(steps, way.hops)
  const names = way.hops.map(nameOf)
  return {
    pass,
    expected: pattern,
    actual: names.join(' > '),
    message: () => {
      if (pass) return `expected ${message.name} not to match ${inOneLine([pattern])}, it travelled ${inOneLine(names)}`
      const { rows, mark } = pair(pattern, steps, way.hops)
      return [
        `expected ${message.name} to match ${inOneLine([pattern])}`,
        `but it travelled ${inOneLine(names)}`,
        '',
        sideBySide(rows, mark),
        ...notes(way),
      ].join('\n')
    },
  }
}

function wordOf(name: HopName): string {
  return typeof name === 'string' ? name : String(name)
}
