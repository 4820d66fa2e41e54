/**
 * `fault clear`: removes all fault rules of the running chain, or of one MTA.
 */
import { clearedSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { count } from '../report/quantities.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export async function faultClear(
  mta: string | undefined,
  options: ControlOptions,
  output: Output,
): Promise<ExitStatus> {
  const question = { method: 'DELETE', path: '/faults', query: { mta } } as const
  const { cleared } = await controlled(options, folder => ask(folder, question, clearedSchema))
  if (options.json) output.json({ cleared })
  else output.write(`${count(cleared, 'rule')} removed.`)
  return 0
}
