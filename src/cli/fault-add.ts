/**
 * `fault add`: a rule in front of those that an MTA has.
 */
import { addedSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import { readRule } from './fault-rule.js'
import type { Output } from './output.js'

export async function faultAdd(
  mta: string,
  words: readonly string[],
  options: ControlOptions,
  output: Output,
): Promise<ExitStatus> {
  const question = { method: 'POST', path: '/faults', body: { mta, rule: readRule(words) } } as const
  const { id } = await controlled(options, folder => ask(folder, question, addedSchema))
  if (options.json) output.json({ id })
  else output.write(`Rule ${id} is added.`)
  return 0
}
