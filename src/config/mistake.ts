/**
 * What is wrong in a configuration: where, what was found, what is expected, what to do.
 */

export type Path = readonly PropertyKey[]

/** What is wrong with a value, before its place in a file is looked up. */
export interface Flaw {
  readonly path: Path
  /** Whether the key itself is wrong or the value that it has. */
  readonly at: 'key' | 'value'
  /** null where nothing stands. */
  readonly found: string | null
  readonly expected: string
  /** What to do, where `expected` does not say it already. */
  readonly advice: string | null
}

export interface Position {
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units as editors count. */
  readonly column: number
}

/** The position of an offset in a text. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

export interface Mistake {
  /** null where there is no text to point into: an object, a file that can't be read. */
  readonly position: Position | null
  /** As `mtas[1].address`; empty for the whole. */
  readonly path: string
  /** null where nothing stands. */
  readonly found: string | null
  readonly expected: string
  readonly advice: string | null
}

export function mistakeOf(flaw: Flaw, position: Position | null): Mistake {
  const { found, expected, advice } = flaw
  return { position, path: pathText(flaw.path), found, expected, advice }
}

/** `mtas[1].address`; keys that are no plain word are quoted: `mtas[1]["my key"]`. */
export function pathText(path: Path): string {
  return path.map(stepText).join('').replace(/^\./, '')
}

function stepText(step: PropertyKey): string {
  if (typeof step === 'number') return `[${step}]`
  return /^[\w$]+$/.test(String(step)) ? `.${String(step)}` : `[${JSON.stringify(String(step))}]`
}

/** What stands at the path in a value; undefined where there is nothing. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((outer, step) => (isObject(outer) ? Reflect.get(outer, step) : undefined), value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A value in a few words, for people: strings are quoted and shortened. null for undefined: nothing stands there. */
export function shown(value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'string') return JSON.stringify(shortened(value))
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object'
  return `a ${typeof value}`
}

const longest = 60

export function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}

/** One line for each mistake in the order of the file, and a last line that counts them; no line end after it. */
export function formatMistakes(file: string, mistakes: readonly Mistake[]): string {
  const lines = mistakes.toSorted(byPosition).map(mistake => formatMistake(file, mistake))
  return [...lines, `${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'} in ${file}`].join('\n')
}

function byPosition(a: Mistake, b: Mistake): number {
  const [first, second] = [a.position ?? { line: 0, column: 0 }, b.position ?? { line: 0, column: 0 }]
  return first.line - second.line || first.column - second.column
}

function formatMistake(file: string, { position, path, found, expected, advice }: Mistake): string {
  const place = position ? `${file}:${position.line}:${position.column} ` : `${file}:`
  const what = `found ${found ?? 'nothing'}, expected ${expected}${advice === null ? '' : `; ${advice}`}`
  return `${place} ${path === '' ? '' : `${path}: `}${what}`
}
