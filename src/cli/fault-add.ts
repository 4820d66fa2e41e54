/**
 * `fault add`: a rule in front of those that an MTA has.
 */
import { addedSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import { readRule, type Rule } from './fault-rule.js'
import type { Output } from './output.js'

export async function faultAdd(
  mta: string,
  words: readonly string[],
  options: ControlOptions,
  output: Output,
): Promise<ExitStatus> {
  const rule = readRule(words)
  const question = { method: 'POST', path: '/faults', body: { mta, rule } } as const
  const { id } = await controlled(options, folder => ask(folder, question, addedSchema))
  if (options.json) output.json({ id })
  else output.write(`Rule ${id} is added.${isBeforeMail(rule) ? kept : ''}`)
  return 0
}

const kept = ' It fires at new connections: one that is kept open is used until it was idle for relayIdleTime.'

function isBeforeMail({ at }: Rule): boolean {
  return at === 'connect' || at === 'helo'
}
