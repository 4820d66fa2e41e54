/**
 * What came of an attempt, in words that the terminal and the page have in common.
 */
import { saidIn } from '../../check/deferrals.js'
import { firstNames } from '../../journal/first-names.js'
import type { Attempt } from './types.js'

/** Null where all went well. */
export function failureOf({ answers }: Attempt): string | null {
  const failed = answers.filter(({ kind }) => kind !== 'taken')
  if (failed.length === 0) return answers.length === 0 ? 'no end of it is known' : null
  const said = [...new Set(failed.map(answer => saidIn(answer.said)))].join('; ')
  if (failed.length === answers.length) return said
  const whom = failed.flatMap(({ recipients }) => recipients)
  return `${said} for ${firstNames(whom)}, taken for the others`
}

/** Names of the rules that fired, with what they did where the failure does not tell it; empty where none did. */
export function rulesOf({ rules, answers }: Attempt): string {
  const said = new Set(answers.map(answer => saidIn(answer.said)))
  const names = rules.map(rule => {
    const [name = '', ...did] = rule.split(': ')
    return said.has(did.join(': ')) || isWithin(said, did.join(': ')) ? name : rule
  })
  return names.length === 0 ? '' : `fault rule ${names.join(', ')}`
}

/** What expired has the last reply in its own. */
function isWithin(said: ReadonlySet<string>, reply: string): boolean {
  return [...said].some(words => words.endsWith(`: ${reply}`))
}
