/**
 * What is wrong with a fault rule that none of its keys tells alone: what goes together, and what is known where it
 * fires.
 */
import { actionKeys, ruleKeys } from './fault-schema.js'
import { type Flaw, type Path, valueAt } from './mistake.js'
import { nearest } from './nearest.js'

/** Judges the rules of all MTAs as far as they can be read; the rest is the schema's to report. */
export function faultFlaws(chain: unknown): Flaw[] {
  return listAt(chain, ['mtas']).flatMap((mta, at) =>
    listAt(mta, ['faults']).flatMap((rule, index) => ruleFlaws(rule, ['mtas', at, 'faults', index])),
  )
}

function listAt(value: unknown, path: Path): readonly unknown[] {
  const there = valueAt(value, path)
  return Array.isArray(there) ? there : []
}

/** `path` is where the rule stands. */
export function ruleFlaws(rule: unknown, path: Path): Flaw[] {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return []
  const given = Object.keys(rule).filter(key => valueAt(rule, [key]) !== undefined)
  return [
    ...actionFlaws(given, path),
    ...keepFlaws(given, path),
    ...stageFlaws(rule, given, path),
    ...windowFlaws(rule, path),
  ]
}

function actionFlaws(given: readonly string[], path: Path): Flaw[] {
  const actions = given.filter(key => actionKeys.includes(key))
  if (actions.length === 0) {
    // a key that is missing because it is misspelled is one mistake, not two
    const isMeant = given.some(key => !ruleKeys.includes(key) && nearest(key, actionKeys) !== null)
    if (isMeant || given.includes('greylist')) return []
    const expected = `one action: ${actionKeys.join(', ')}`
    return [{ path, at: 'value', found: 'a rule without action', expected, advice: null }]
  }
  const [first = '', ...others] = actions
  return others.map(key => ({
    path: [...path, key],
    at: 'key',
    found: 'a second action',
    expected: 'one action in a rule',
    advice: `${first} stands there already`,
  }))
}

function keepFlaws(given: readonly string[], path: Path): Flaw[] {
  if (!given.includes('keep') || ['drop', 'reset', 'stall'].some(key => given.includes(key))) return []
  const expected = 'keep beside drop, reset or stall only'
  return [{ path: [...path, 'keep'], at: 'key', found: 'keep beside no such action', expected, advice: null }]
}

const all = ['mail', 'rcpt', 'data', 'message']
/** Where each is known. */
const knownAt: readonly { readonly key: Path; readonly at: readonly string[]; readonly why: string }[] = [
  { key: ['hide'], at: ['helo'], why: 'extensions are offered there' },
  { key: ['keep'], at: ['message'], why: 'there is a message there' },
  { key: ['match', 'helo'], at: ['helo', 'starttls', 'auth', ...all], why: 'it is not known before' },
  { key: ['match', 'sender'], at: all, why: 'it is not known before' },
  { key: ['match', 'recipient'], at: all.slice(1), why: 'it is not known before' },
  { key: ['match', 'header'], at: ['message'], why: 'it is not known before' },
  { key: ['match', 'size'], at: ['message'], why: 'it is not known before' },
  { key: ['attempts'], at: all, why: 'no message is known before' },
  { key: ['greylist'], at: all.slice(1), why: 'no recipient is known before' },
]

function stageFlaws(rule: object, given: readonly string[], path: Path): Flaw[] {
  const stage = valueAt(rule, ['at'])
  // what stands there is reported by itself
  if (typeof stage !== 'string' || !(given.includes('at') && isStage(stage))) return []
  return knownAt
    .filter(({ key, at }) => valueAt(rule, key) !== undefined && !at.includes(stage))
    .map(({ key, at, why }) => ({
      path: [...path, ...key],
      at: 'key',
      found: `${String(key.at(-1))} in a rule at ${stage}`,
      expected: `${String(key.at(-1))} at ${at.join(', ')} only`,
      advice: why,
    }))
}

function isStage(text: string): boolean {
  return ['connect', 'helo', 'starttls', 'auth', ...all].includes(text)
}

function windowFlaws(rule: object, path: Path): Flaw[] {
  const [from, until] = [valueAt(rule, ['from']), valueAt(rule, ['until'])]
  if (typeof from !== 'string' || typeof until !== 'string') return []
  // NaN where it is no instant: that is reported by itself
  if (!(Date.parse(until) <= Date.parse(from))) return []
  const expected = 'an instant after "from"'
  return [{ path: [...path, 'until'], at: 'value', found: JSON.stringify(until), expected, advice: null }]
}
