/**
 * What the schema says against a value, as flaws.
 */
import { type Flaw, type Path, pathText, shown, valueAt } from './mistake.js'
import { nearest } from './nearest.js'
import { matchKeys } from './fault-schema.js'
import { clockKeys, keysAt, limitKeys, retryKeys } from './schema.js'

/** As much of zod's issues as is needed. */
interface Issue {
  readonly path: Path
  /** What is expected. */
  readonly message: string
  /** Of a wrong type, the right one. */
  readonly expected?: string
  /** Of unknown keys, which. */
  readonly keys?: readonly string[]
  /** Of a key that can't be one (`code` is invalid_key), what is wrong with it. */
  readonly code?: string
  readonly issues?: readonly { readonly message: string }[]
}

interface UnknownKey {
  readonly object: Path
  readonly key: string
  /** The key that was probably meant. */
  readonly meant: string | null
}

export function flawsOf(issues: readonly Issue[], value: unknown): Flaw[] {
  const unknown = issues.flatMap(unknownKeys)
  const misspelled = new Set(unknown.map(({ object, meant }) => (meant === null ? null : pathText([...object, meant]))))
  const values = issues.filter(({ keys }) => !keys).map(issue => valueFlaw(issue, value))
  // a key that is missing because it is misspelled is one mistake, not two
  const own = values.filter(({ found, path }) => found !== null || !misspelled.has(pathText(path)))
  return [...unknown.map(keyFlaw), ...own]
}

function unknownKeys({ path, keys = [] }: Issue): UnknownKey[] {
  return keys.map(key => ({ object: path, key, meant: nearest(key, keysAt(path)) }))
}

function valueFlaw(issue: Issue, value: unknown): Flaw {
  const { path, message, expected } = issue
  if (issue.code === 'invalid_key') {
    const [wrong] = issue.issues ?? []
    return { path, at: 'key', found: shown(path.at(-1)), expected: wrong?.message ?? message, advice: null }
  }
  const there = valueAt(value, path)
  const quoted = expected === 'number' && typeof there === 'string' && /^\d+$/.test(there)
  return { path, at: 'value', found: shown(there), expected: message, advice: quoted ? 'without the quotes' : null }
}

function keyFlaw(unknown: UnknownKey): Flaw {
  const { object, key, meant } = unknown
  const expected = meant === null ? `one of ${keysAt(object).join(', ')}` : 'a key that is known here'
  return { path: [...object, key], at: 'key', found: 'an unknown key', expected, advice: advise(unknown) }
}

function advise({ object, key, meant }: UnknownKey): string | null {
  if (meant !== null) return `did you mean "${meant}"?`
  if (object.at(-2) === 'faults') return matchKeys.includes(key) ? 'it belongs in "match"' : null
  if (limitKeys.includes(key)) return 'it belongs in "limits"'
  if (clockKeys.includes(key)) return 'it belongs in "clock"'
  return retryKeys.includes(key) ? 'it belongs in "retry"' : null
}
