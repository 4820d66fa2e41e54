/**
 * A fault rule as it is typed: one JSON object, or words as KEY=VALUE. A dot in a key goes one level down; a value that
 * is JSON (a number, true, a list) is that, everything else is text.
 */
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
    rule = put(rule, key.split('.'), valueOf(value))
  }
  return rule
}

function put(rule: Rule, [key = '', ...below]: readonly string[], value: unknown): Rule {
  if (below.length === 0) return { ...rule, [key]: value }
  const inner = rule[key]
  return { ...rule, [key]: put(isRule(inner) ? inner : {}, below, value) }
}

function valueOf(text: string): unknown {
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
