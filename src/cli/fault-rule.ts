/**
 * A fault rule as it is typed: one JSON object, or words as KEY=VALUE. A dot in a key goes one level down; a value that
 * is JSON (a number, true, a list) is that, except where the key takes a text; everything else is text.
 */
import { takesText } from '../config/fault-schema.js'
import { CommandFailure } from './exit.js'

export type Rule = Readonly<Record<string, unknown>>

export function readRule(words: readonly string[]): Rule {
  const [first = ''] = words
  return words.length === 1 && first.trimStart().startsWith('{') ? readObject(first) : readWords(words)
}

function readObject(text: string): Rule {
  try {
    const value: unknown = JSON.parse(text)
    if (isRule(value)) return value
  } catch (error) {
    throw new CommandFailure(2, `the rule is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw new CommandFailure(2, 'the rule: expected an object')
}

function readWords(words: readonly string[]): Rule {
  let rule: Rule = {}
  for (const word of words) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (key === '') throw new CommandFailure(2, `${word}: expected KEY=VALUE, as at=rcpt, or one JSON object`)
    const path = pathOf(key)
    const longer = put(rule, path, valueOf(value, path))
    if (!longer) throw new CommandFailure(2, `${word}: ${key} is given already, expected each key once`)
    rule = longer
  }
  return rule
}

/** A header field's name may have dots of its own. */
function pathOf(key: string): readonly string[] {
  const [, field] = /^match\.header\.(.+)$/.exec(key) ?? []
  return field === undefined ? key.split('.') : ['match', 'header', field]
}

/** null where something stands there already. */
function put(rule: Rule, [key = '', ...below]: readonly string[], value: unknown): Rule | null {
  const isThere = Object.hasOwn(rule, key)
  if (below.length === 0) return isThere ? null : { ...rule, [key]: value }
  const inner = isThere ? rule[key] : {}
  const longer = isRule(inner) ? put(inner, below, value) : null
  return longer && { ...rule, [key]: longer }
}

/** A text in quotes is one everywhere. */
function valueOf(text: string, path: readonly string[]): unknown {
  const value = read(text)
  return takesText(path) && typeof value !== 'string' ? text : value
}

function read(text: string): unknown {
  if (!/^(?:\d+(?:\.\d+)?|true|false|[[{"].*)$/s.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
